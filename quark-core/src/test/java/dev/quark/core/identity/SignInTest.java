package dev.quark.core.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.event.LocalEventBus;
import dev.quark.core.problem.UnauthenticatedException;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is let in, and what those who aren't learn from it. */
class SignInTest {

    private static final Secret PASSWORD = Secret.of("correct horse");

    private final InMemoryStores stores = new InMemoryStores();
    private final Clock clock = Clock.fixed(Samples.NOW, ZoneOffset.UTC);
    private final User mona =
            User.local(Samples.id(), "Mona", "mona@example.com", Role.DEPLOYER, "hash of correct horse", Samples.NOW);
    private final List<String> hashesTried = new ArrayList<>();
    private final SignIn signIn = new SignIn(
            stores.users(),
            new Hasher(),
            new Sessions(
                    stores.sessions(),
                    new Tokens(),
                    new LocalEventBus(),
                    new Audit(stores.audit(), clock),
                    Samples::id,
                    clock),
            "hash of nothing");

    @BeforeEach
    void addMona() {
        stores.users().add(mona);
    }

    @Test
    void aNameOrAnAddressWithItsPasswordIsLetInAndAudited() {
        assertEquals(mona, signIn.byPassword("mona", PASSWORD, "192.0.2.1").user());
        assertEquals(
                mona,
                signIn.byPassword("MONA@example.com", PASSWORD, "192.0.2.1").user());
        AuditEntry audited = stores.audit().list(1, 0).getFirst();
        assertEquals("user.sign_in", audited.action());
        assertEquals("Mona", audited.actor());
        assertEquals("192.0.2.1", audited.address());
    }

    @Test
    void aWrongPasswordAndAnUnknownNameAreRefusedAlike() {
        String wrong = refusal("mona", Secret.of("wrong"));
        assertEquals(wrong, refusal("nobody", PASSWORD));
        assertEquals(List.of("hash of correct horse", "hash of nothing"), hashesTried);
        assertTrue(stores.audit().list(1, 0).isEmpty());
    }

    @Test
    void somebodyWithoutAPasswordCantSignInWithOne() {
        stores.users().add(User.invited(Samples.id(), "hubot", null, Role.ADMIN, Samples.NOW));
        refusal("hubot", PASSWORD);
        assertEquals(List.of("hash of nothing"), hashesTried);
    }

    private String refusal(String name, Secret password) {
        return assertThrows(UnauthenticatedException.class, () -> signIn.byPassword(name, password, "192.0.2.1"))
                .getMessage();
    }

    private final class Hasher implements PasswordHasher {

        @Override
        public String hash(Secret password) {
            return "hash of " + password.reveal();
        }

        @Override
        public boolean matches(Secret password, String hash) {
            hashesTried.add(hash);
            return hash(password).equals(hash);
        }
    }

    private static final class Tokens implements AccessTokens {

        @Override
        public Secret issue(Session session) {
            return Secret.of(session.id().toString());
        }

        @Override
        public Optional<UUID> read(Secret token, Instant now) {
            return Optional.empty();
        }
    }
}
