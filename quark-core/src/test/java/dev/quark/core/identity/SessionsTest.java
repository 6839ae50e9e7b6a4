package dev.quark.core.identity;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quark.core.event.LocalEventBus;
import dev.quark.core.event.QuarkEvent;
import dev.quark.core.identity.Sessions.SignedIn;
import dev.quark.core.secret.Secret;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private final InMemoryStores stores = new InMemoryStores();
    private final LocalEventBus events = new LocalEventBus();
    private final List<QuarkEvent> heard = new ArrayList<>();
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final Sessions sessions = new Sessions(
            stores.sessions(), new PlainTokens(), events, new Audit(stores.audit(), clock), Samples::id, clock);
    private final User user = User.local(Samples.id(), "mona", null, Role.VIEWER, "hash", NOW);

    SessionsTest() {
        stores.users().add(user);
        events.subscribe(heard::add);
    }

    @Test
    void onlyTheLastSignOutIsToldToListeners() {
        SignedIn one = sessions.begin(user, "password", "203.0.113.9");
        SignedIn two = sessions.begin(user, "github", "203.0.113.9");
        end(one);
        assertEquals(List.of(), heard);
        assertEquals(Optional.empty(), sessions.holder(one.token()));
        assertEquals(user, sessions.holder(two.token()).orElseThrow().user());
        end(two);
        assertEquals(List.of(new LastSessionEnded(user.id())), heard);
        assertEquals(
                List.of("user.sign_out", "user.sign_out", "user.sign_in", "user.sign_in"),
                stores.audit().list(10, 0).stream().map(AuditEntry::action).toList());
    }

    @Test
    void aForgedTokenIsNobodys() {
        assertEquals(Optional.empty(), sessions.holder(Secret.of("forged")));
        assertEquals(Optional.empty(), sessions.holder(Secret.of(Samples.id().toString())));
    }

    private void end(SignedIn signedIn) {
        Caller caller = sessions.holder(signedIn.token()).orElseThrow();
        sessions.end(((Credential.OfSession) caller.by()).id(), Actor.of(user, ""));
    }

    private static final class PlainTokens implements AccessTokens {

        @Override
        public Secret issue(Session session) {
            return Secret.of(session.id().toString());
        }

        @Override
        public Optional<UUID> read(Secret token, Instant now) {
            return token.reveal().length() == 36 ? Optional.of(UUID.fromString(token.reveal())) : Optional.empty();
        }
    }
}
