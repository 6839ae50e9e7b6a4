package dev.quark.core.identity;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quark.core.problem.ConflictException;
import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link UserStore} does. */
public abstract class UserStoreContract {

    private Stores stores;
    private UserStore users;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        users = stores.users();
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void givesBackWhatWasSaved() {
        User local = user("Admin", "admin@localhost", Role.ADMIN, "$argon2id$v=19$x");
        User fromGitHub = user("octocat", null, Role.DEPLOYER, null);
        users.save(local);
        users.save(fromGitHub);
        assertEquals(Optional.of(local), users.find(local.id()));
        assertEquals(Optional.of(fromGitHub), users.find(fromGitHub.id()));
        assertEquals(Optional.empty(), users.find(Samples.id()));
    }

    @Test
    void replacesTheUserWithTheSameId() {
        User before = user("admin", "admin@localhost", Role.ADMIN, "old");
        User after = new User(before.id(), "root", null, Role.VIEWER, "new", NOW.plusSeconds(1));
        users.save(before);
        users.save(after);
        assertEquals(Optional.of(after), users.find(before.id()));
        assertEquals(Optional.empty(), users.findByLogin("admin"));
        assertEquals(Optional.empty(), users.findByLogin("admin@localhost"));
    }

    @Test
    void findsByNameOrAddressWithoutCase() {
        User user = user("Admin", "Admin@Localhost", Role.ADMIN, null);
        users.save(user);
        assertEquals(Optional.of(user), users.findByLogin("aDMIN"));
        assertEquals(Optional.of(user), users.findByLogin("admin@LOCALHOST"));
        assertEquals(Optional.empty(), users.findByLogin("admi_"));
        assertEquals(Optional.empty(), users.findByLogin(""));
    }

    @Test
    void aNameCountsBeforeAnAddress() {
        User byAddress = user("one", "me@example.com", Role.VIEWER, null);
        User byName = user("ME@example.com", null, Role.ADMIN, null);
        users.save(byAddress);
        users.save(byName);
        assertEquals(Optional.of(byName), users.findByLogin("me@example.com"));
    }

    @Test
    void keepsNamesAndAddressesUnique() {
        users.save(user("admin", "admin@localhost", Role.ADMIN, null));
        users.save(user("nobody", null, Role.VIEWER, null));
        users.save(user("nobody else", null, Role.VIEWER, null));
        assertThrows(ConflictException.class, () -> users.save(user("ADMIN", null, Role.VIEWER, null)));
        assertThrows(ConflictException.class, () -> users.save(user("x", "Admin@localhost", Role.VIEWER, null)));
        assertEquals(Optional.empty(), users.findByLogin("x"));
    }

    private static User user(String name, @Nullable String email, Role role, @Nullable String hash) {
        return new User(Samples.id(), name, email, role, hash, NOW);
    }
}
