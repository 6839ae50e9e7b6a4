package dev.quark.core.identity;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.identity.ApiTokenStore.Owned;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ApiTokenStore} does. */
public abstract class ApiTokenStoreContract {

    private Stores stores;
    private ApiTokenStore tokens;
    private User mona;
    private User hubot;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        tokens = stores.apiTokens();
        stores.users().add(user("admin", Role.ADMIN));
        mona = user("mona", Role.DEPLOYER);
        hubot = user("hubot", Role.VIEWER);
        stores.users().add(mona);
        stores.users().add(hubot);
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void givesBackWhatWasAdded() {
        ApiToken plain = token(mona, "CI", null);
        ApiToken expiring = token(mona, "Laptop", NOW.plusSeconds(60));
        tokens.add(plain);
        tokens.add(expiring);
        assertEquals(Optional.of(new Owned(plain, mona)), tokens.find(plain.id()));
        assertEquals(Optional.of(new Owned(expiring, mona)), tokens.findByHash(expiring.hash()));
        assertEquals(Optional.empty(), tokens.find(Samples.id()));
        assertEquals(Optional.empty(), tokens.findByHash("x"));
    }

    @Test
    void theOwnerIsAsTheUserIsNow() {
        ApiToken token = token(mona, "CI", null);
        tokens.add(token);
        stores.users().update(mona.id(), user -> user.withRole(Role.VIEWER));
        assertEquals(Optional.of(new Owned(token, mona.withRole(Role.VIEWER))), tokens.findByHash(token.hash()));
    }

    @Test
    void listsOldestFirst() {
        Owned first = new Owned(token(mona, "one", null), mona);
        Owned second = new Owned(token(hubot, "one", null), hubot);
        Owned third = new Owned(token(mona, "two", null), mona);
        List.of(first, second, third).forEach(owned -> tokens.add(owned.token()));
        assertEquals(List.of(first, third), tokens.list(mona.id()));
        assertEquals(List.of(first, second, third), tokens.list(null));
        assertEquals(List.of(), tokens.list(Samples.id()));
    }

    @Test
    void aNameIsUniqueForItsOwner() {
        tokens.add(token(mona, "Ci", null));
        assertThrows(ConflictException.class, () -> tokens.add(token(mona, "cI", null)));
        tokens.add(token(hubot, "ci", null));
        assertEquals(1, tokens.list(mona.id()).size());
    }

    @Test
    void removesAToken() {
        ApiToken token = token(mona, "CI", null);
        tokens.add(token);
        assertTrue(tokens.remove(token.id()));
        assertFalse(tokens.remove(token.id()));
        assertEquals(Optional.empty(), tokens.findByHash(token.hash()));
        tokens.add(token(mona, "CI", null));
    }

    @Test
    void notesTheLastUse() {
        ApiToken used = token(mona, "CI", null);
        ApiToken other = token(mona, "other", null);
        tokens.add(used);
        tokens.add(other);
        tokens.used(Map.of(used.id(), NOW.plusMillis(5), Samples.id(), NOW));
        assertEquals(
                NOW.plusMillis(5), tokens.find(used.id()).orElseThrow().token().lastUsedAt());
        assertEquals(Optional.of(new Owned(other, mona)), tokens.find(other.id()));
    }

    @Test
    void goWithTheirOwner() {
        ApiToken token = token(mona, "CI", null);
        tokens.add(token);
        stores.users().remove(mona.id());
        assertEquals(Optional.empty(), tokens.findByHash(token.hash()));
        assertEquals(List.of(), tokens.list(null));
        assertThrows(ConflictException.class, () -> tokens.add(token(mona, "CI", null)));
    }

    private static ApiToken token(User owner, String name, @Nullable Instant expiresAt) {
        return new ApiToken(
                Samples.id(), owner.id(), name, Role.DEPLOYER, "hash of " + Samples.id(), NOW, expiresAt, null);
    }

    private static User user(String name, Role role) {
        return User.local(Samples.id(), name, null, role, "hash", NOW);
    }
}
