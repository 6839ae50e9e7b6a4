package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import dev.quark.core.identity.Session;
import dev.quark.core.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecurityAdaptersTest {

    private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");

    private final AesGcmSecretBox box = new AesGcmSecretBox(new byte[32]);
    private final Argon2PasswordHasher passwords = new Argon2PasswordHasher();
    private final JwtAccessTokens tokens = new JwtAccessTokens(Secret.of("0123456789abcdef0123456789abcdef"));

    @Test
    void whatIsSealedOpensInItsContextAlone() {
        byte[] sealed = box.seal(Secret.of("hunter2 ☕"), "config/1/NAME");
        assertEquals("hunter2 ☕", box.open(sealed, "config/1/NAME").reveal());
        assertThrows(IllegalStateException.class, () -> box.open(sealed, "config/1/OTHER"));
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;
        assertThrows(IllegalStateException.class, () -> new AesGcmSecretBox(otherKey).open(sealed, "config/1/NAME"));
    }

    @Test
    void sealedBytesShowNothingAndDifferEachTime() {
        byte[] one = box.seal(Secret.of("hunter2hunter2"), "c");
        byte[] two = box.seal(Secret.of("hunter2hunter2"), "c");
        assertFalse(Arrays.equals(one, two));
        assertFalse(new String(one, StandardCharsets.ISO_8859_1).contains("hunter2"));
    }

    @Test
    void everyChangedByteIsNoticed() {
        byte[] sealed = box.seal(Secret.of("v"), "c");
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThrows(IllegalStateException.class, () -> box.open(changed, "c"));
        }
        assertThrows(IllegalStateException.class, () -> box.open(new byte[0], "c"));
    }

    @Test
    void passwordsMatchTheirHashAlone() {
        String hash = passwords.hash(Secret.of("correct horse"));
        assertTrue(hash.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"), hash);
        assertTrue(passwords.matches(Secret.of("correct horse"), hash));
        assertFalse(passwords.matches(Secret.of("correct horsf"), hash));
        assertFalse(passwords.matches(Secret.of(""), hash));
        assertNotEquals(hash, passwords.hash(Secret.of("correct horse")));
    }

    @Test
    void theDecoyIsAHashThatNoPasswordHas() {
        assertFalse(passwords.matches(Secret.of(""), Argon2PasswordHasher.DECOY));
        assertFalse(passwords.matches(Secret.of("x"), "no hash"));
    }

    @Test
    void readsHashesOfTheReferenceImplementation() {
        // Test vector of the reference implementation (argon2id, m=65536, t=2, p=1, salt "somesalt").
        String hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assertTrue(passwords.matches(Secret.of("password"), hash));
        assertFalse(passwords.matches(Secret.of("differentpassword"), hash));
    }

    @Test
    void aTokenNamesItsSessionUntilItExpires() {
        Session session = session();
        Secret token = tokens.issue(session);
        assertEquals(Optional.of(session.id()), tokens.read(token, NOW));
        assertEquals(
                Optional.of(session.id()),
                tokens.read(token, session.expiresAt().minusSeconds(1)));
        assertEquals(Optional.empty(), tokens.read(token, session.expiresAt().plusSeconds(1)));
    }

    @Test
    void forgedTokensNameNobody() {
        Session session = session();
        Secret token = tokens.issue(session);
        Secret other = new JwtAccessTokens(Secret.of("another secret of 32 bytes length")).issue(session);
        assertEquals(Optional.empty(), tokens.read(other, NOW));
        assertEquals(Optional.empty(), tokens.read(Secret.of(token.reveal().replaceAll("\\.[^.]*$", ".")), NOW));
        assertEquals(Optional.empty(), tokens.read(Secret.of("x"), NOW));
        String unsigned = JWT.create()
                .withIssuer("quark")
                .withSubject(session.user().toString())
                .withJWTId(session.id().toString())
                .withExpiresAt(NOW.plus(Duration.ofHours(1)))
                .sign(Algorithm.none());
        assertEquals(Optional.empty(), tokens.read(Secret.of(unsigned), NOW));
    }

    private static Session session() {
        return new Session(UUID.randomUUID(), UUID.randomUUID(), NOW, NOW.plus(Duration.ofHours(24)));
    }

    @Test
    void keysAreMadeOnceAndForTheirOwnerAlone(@TempDir Path folder) throws Exception {
        KeyFiles keys = new KeyFiles(folder.resolve("keys"));
        Secret key = keys.keyOrNew("jwt_secret");
        assertArrayEquals(Settings.key(key), Settings.key(new KeyFiles(folder.resolve("keys")).keyOrNew("jwt_secret")));
        assertEquals(32, Settings.key(key).length);
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("keys/jwt_secret"))));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("keys"))));
    }
}
