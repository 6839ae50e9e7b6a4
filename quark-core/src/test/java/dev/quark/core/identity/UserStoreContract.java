package dev.quark.core.identity;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.ConflictException;
import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    void aLoginWithANulIsNobodys() {
        assertEquals(Optional.empty(), users.findByLogin("mo\0na"));
    }

    @Test
    void givesBackWhatWasAdded() {
        User local = local("Admin", "admin@localhost", Role.ADMIN);
        User invited = User.invited(Samples.id(), "Octocat", null, Role.DEPLOYER, NOW);
        User linked = linked("hubot", 7);
        users.add(local);
        users.add(invited);
        users.add(linked);
        assertEquals(Optional.of(local), users.find(local.id()));
        assertEquals(Optional.of(invited), users.find(invited.id()));
        assertEquals(Optional.of(linked), users.find(linked.id()));
        assertEquals(Optional.empty(), users.find(Samples.id()));
    }

    @Test
    void changesAUser() {
        User before = local("admin", "admin@localhost", Role.ADMIN);
        users.add(before);
        User after = before.named("root")
                .withEmail(null)
                .withPassword("new")
                .linkedTo(new GitHubAccount(Long.MAX_VALUE, "octocat"));
        assertEquals(Optional.of(after), users.update(before.id(), user -> {
            assertEquals(before, user);
            return after;
        }));
        assertEquals(Optional.of(after), users.find(before.id()));
        assertEquals(Optional.empty(), users.findByLogin("admin"));
        assertEquals(Optional.empty(), users.findByLogin("admin@localhost"));
        assertEquals(Optional.empty(), users.update(Samples.id(), user -> user));
    }

    @Test
    void aChangeThatThrowsChangesNothing() {
        User user = local("admin", null, Role.ADMIN);
        users.add(user);
        assertThrows(
                ConflictException.class,
                () -> users.update(user.id(), before -> {
                    throw new ConflictException("no");
                }));
        assertEquals(Optional.of(user), users.find(user.id()));
    }

    @Test
    void findsByNameOrAddressWithoutCase() {
        User user = local("Admin", "Admin@Localhost", Role.ADMIN);
        users.add(user);
        assertEquals(Optional.of(user), users.findByLogin("aDMIN"));
        assertEquals(Optional.of(user), users.findByLogin("admin@LOCALHOST"));
        assertEquals(Optional.empty(), users.findByLogin("admi_"));
        assertEquals(Optional.empty(), users.findByLogin(""));
        assertEquals(Optional.empty(), users.findByLogin("admin\0"));
    }

    @Test
    void aNameCountsBeforeAnAddress() {
        User byAddress = local("one", "me@example.com", Role.VIEWER);
        User byName = local("ME@example.com", null, Role.ADMIN);
        users.add(byAddress);
        users.add(byName);
        assertEquals(Optional.of(byName), users.findByLogin("me@example.com"));
    }

    @Test
    void keepsNamesAddressesAndAccountsUnique() {
        User linked = linked("octocat", 42);
        User nobody = local("nobody", null, Role.VIEWER);
        users.add(local("admin", "admin@localhost", Role.ADMIN));
        users.add(nobody);
        users.add(local("nobody else", null, Role.VIEWER));
        users.add(linked);
        assertThrows(ConflictException.class, () -> users.add(local("ADMIN", null, Role.VIEWER)));
        assertThrows(ConflictException.class, () -> users.add(local("x", "Admin@localhost", Role.VIEWER)));
        assertThrows(ConflictException.class, () -> users.add(linked("x", 42)));
        assertThrows(ConflictException.class, () -> users.update(nobody.id(), user -> user.named("Admin")));
        assertThrows(
                ConflictException.class,
                () -> users.update(nobody.id(), user -> user.linkedTo(new GitHubAccount(42, "octocat"))));
        assertEquals(Optional.empty(), users.findByLogin("x"));
        assertEquals(Optional.of(nobody), users.find(nobody.id()));
    }

    @Test
    void findsByTheAccountsNumberBeforeItsLogin() {
        User renamed = linked("octocat", 42);
        User invited = User.invited(Samples.id(), "Mona", null, Role.VIEWER, NOW);
        users.add(renamed);
        users.add(invited);
        assertEquals(Optional.of(renamed), users.findByGitHub(new GitHubAccount(42, "mona")));
        assertEquals(Optional.of(invited), users.findByGitHub(new GitHubAccount(43, "mOna")));
        assertEquals(Optional.empty(), users.findByGitHub(new GitHubAccount(43, "octocat")));
    }

    @Test
    void aLocalUserWithTheSameNameIsNoGitHubUser() {
        users.add(local("octocat", "octocat@github.com", Role.ADMIN));
        assertEquals(Optional.empty(), users.findByGitHub(new GitHubAccount(42, "octocat")));
    }

    @Test
    void listsOldestFirst() {
        User second = new User(Samples.id(), "b", null, Role.VIEWER, "x", null, null, true, NOW.plusMillis(1));
        User first = local("c", null, Role.VIEWER);
        User third = new User(Samples.id(), "a", null, Role.VIEWER, "x", null, null, true, NOW.plusMillis(2));
        users.add(second);
        users.add(first);
        users.add(third);
        assertEquals(new UserStore.Page(List.of(first, second, third), 3), users.list(10, 0));
        assertEquals(new UserStore.Page(List.of(second), 3), users.list(1, 1));
        assertEquals(new UserStore.Page(List.of(), 3), users.list(10, 3));
    }

    @Test
    void removesAUser() {
        User user = local("gone", null, Role.VIEWER);
        users.add(user);
        assertTrue(users.remove(user.id()));
        assertFalse(users.remove(user.id()));
        assertEquals(Optional.empty(), users.find(user.id()));
        users.add(local("gone", null, Role.VIEWER));
    }

    @Test
    void keepsTheLastAdminWhoCanSignIn() {
        User admin = local("admin", null, Role.ADMIN);
        users.add(admin);
        users.add(User.invited(Samples.id(), "octocat", null, Role.ADMIN, NOW));
        assertThrows(ConflictException.class, () -> users.remove(admin.id()));
        assertThrows(ConflictException.class, () -> users.update(admin.id(), user -> user.withRole(Role.DEPLOYER)));
        assertEquals(Optional.of(admin), users.find(admin.id()));
        users.add(linked("hubot", 7).withRole(Role.ADMIN));
        assertTrue(users.remove(admin.id()));
    }

    @Test
    void twoAdminsWhoDemoteEachOtherDoNotBothSucceed() throws Exception {
        for (int round = 0; round < 5; round++) {
            User one = local("one" + round, null, Role.ADMIN);
            User two = local("two" + round, null, Role.ADMIN);
            users.add(one);
            users.add(two);
            for (User earlier : users.list(100, 0).users()) {
                if (!earlier.equals(one) && !earlier.equals(two)) {
                    users.remove(earlier.id());
                }
            }
            assertEquals(1, succeeded(() -> demote(one), () -> demote(two)));
            assertEquals(
                    1,
                    users.list(10, 0).users().stream()
                            .filter(User::isWorkingAdmin)
                            .count());
        }
    }

    private Optional<User> demote(User user) {
        return users.update(user.id(), before -> before.withRole(Role.VIEWER));
    }

    private static int succeeded(Callable<?>... tasks) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        int succeeded = 0;
        try (var threads = Executors.newCachedThreadPool()) {
            List<Future<?>> running = new ArrayList<>();
            for (Callable<?> task : tasks) {
                running.add(threads.submit(() -> {
                    start.await();
                    return task.call();
                }));
            }
            start.countDown();
            for (Future<?> future : running) {
                try {
                    future.get();
                    succeeded++;
                } catch (ExecutionException e) {
                    assertInstanceOf(ConflictException.class, e.getCause());
                }
            }
        }
        return succeeded;
    }

    private static User local(String name, @Nullable String email, Role role) {
        return User.local(Samples.id(), name, email, role, "$argon2id$v=19$x", NOW);
    }

    private static User linked(String login, long id) {
        return new User(Samples.id(), login, null, Role.DEPLOYER, null, login, id, false, NOW);
    }
}
