package dev.quark.core.identity;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quark.core.problem.ConflictException;
import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link SessionStore} does. */
public abstract class SessionStoreContract {

    private static final Instant END = NOW.plusSeconds(60);

    private Stores stores;
    private SessionStore sessions;
    private User user;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        sessions = stores.sessions();
        user = user("octocat");
        stores.users().add(user("admin").withRole(Role.ADMIN));
        stores.users().add(user);
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void namesTheHolderUntilTheSessionExpires() {
        UUID session = begin(user);
        assertEquals(Optional.of(user), sessions.holder(session, NOW));
        assertEquals(Optional.of(user), sessions.holder(session, END.minusMillis(1)));
        assertEquals(Optional.empty(), sessions.holder(session, END));
        assertEquals(Optional.empty(), sessions.holder(Samples.id(), NOW));
    }

    @Test
    void theHolderIsAsTheUserIsNow() {
        UUID session = begin(user);
        stores.users().update(user.id(), before -> before.withRole(Role.DEPLOYER));
        assertEquals(Optional.of(user.withRole(Role.DEPLOYER)), sessions.holder(session, NOW));
    }

    @Test
    void endsOneSession() {
        UUID ended = begin(user);
        UUID other = begin(user);
        sessions.end(ended);
        sessions.end(ended);
        assertEquals(Optional.empty(), sessions.holder(ended, NOW));
        assertEquals(Optional.of(user), sessions.holder(other, NOW));
        assertEquals(1, sessions.count(user.id(), NOW));
    }

    @Test
    void endsAllSessionsOfAUserButOne() {
        User other = user("hubot");
        stores.users().add(other);
        UUID ended = begin(user);
        UUID kept = begin(user);
        UUID others = begin(other);
        sessions.endAll(user.id(), kept);
        assertEquals(Optional.empty(), sessions.holder(ended, NOW));
        assertEquals(Optional.of(user), sessions.holder(kept, NOW));
        sessions.endAll(user.id(), null);
        assertEquals(Optional.empty(), sessions.holder(kept, NOW));
        assertEquals(Optional.of(other), sessions.holder(others, NOW));
    }

    @Test
    void countsThoseThatLast() {
        begin(user);
        begin(user);
        assertEquals(2, sessions.count(user.id(), NOW));
        assertEquals(0, sessions.count(user.id(), END));
        assertEquals(0, sessions.count(Samples.id(), NOW));
    }

    @Test
    void anAddedSessionRemovesThoseThatExpired() {
        begin(user);
        sessions.add(new Session(Samples.id(), user.id(), END.minusMillis(1), END.plusSeconds(1)));
        assertEquals(2, sessions.count(user.id(), NOW));
        sessions.add(new Session(Samples.id(), user.id(), END, END.plusSeconds(1)));
        assertEquals(2, sessions.count(user.id(), NOW));
    }

    @Test
    void goWithTheirUser() {
        UUID session = begin(user);
        stores.users().remove(user.id());
        assertEquals(Optional.empty(), sessions.holder(session, NOW));
        assertThrows(ConflictException.class, () -> begin(user));
    }

    private UUID begin(User holder) {
        Session session = new Session(Samples.id(), holder.id(), NOW, END);
        sessions.add(session);
        return session.id();
    }

    private static User user(String name) {
        return User.local(Samples.id(), name, null, Role.VIEWER, "hash", NOW);
    }
}
