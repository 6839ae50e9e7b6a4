package dev.quark.core.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quark.core.identity.ManageUsers.Change;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.FieldError;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.secret.Secret;
import dev.quark.core.testing.Samples;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ManageUsersTest {

    private static final Secret GOOD = Secret.of("correct horse battery");
    private static final Change NOTHING = new Change(null, null, false, null, null);

    private final People people = new People();
    private final ManageUsers users = people.manage(false);
    private final Caller admin = people.signedIn(people.admin);
    private final Actor actor = People.actor(admin);

    @Test
    void addsLocalUsersAndGitHubUsers() {
        User local = users.add("hubot", "hubot@example.com", GOOD, Role.VIEWER, actor);
        assertEquals("hash of correct horse battery", local.passwordHash());
        assertNull(local.githubLogin());
        User invited = users.add("octocat", null, null, null, actor);
        assertEquals("octocat", invited.githubLogin());
        assertNull(invited.passwordHash());
        assertEquals(Role.DEPLOYER, invited.role());
        assertEquals(List.of(people.admin, local, invited), users.list(10, 0).users());
        assertEquals(
                "admin user.create: octocat, GitHub, deployer", people.actions().get(0));
        assertEquals("admin user.create: hubot, viewer", people.actions().get(1));
    }

    @Test
    void findsEveryFaultAtOnce() {
        assertEquals(
                List.of("username", "email", "password"),
                faults(() -> add("no spaces", "nowhere", Secret.of("short"))));
        for (String name : List.of("", "a@b", "-x", "x".repeat(65), "ünal", "a/b")) {
            assertEquals(List.of("username"), faults(() -> add(name, null, GOOD)), name);
        }
        for (String login : List.of("a.b", "x".repeat(40), "admin")) {
            assertEquals(List.of("username"), faults(() -> add(login, null, null)), login);
        }
        for (String password : List.of("x".repeat(11), "x".repeat(300), "aaaaaaaaaaaaaaa", "my-hubot-password")) {
            assertEquals(List.of("password"), faults(() -> add("Hubot", null, Secret.of(password))), password);
        }
        for (String email : List.of("", "a", "a@b@c", "a b@c", "@c", "a@")) {
            assertEquals(List.of("email"), faults(() -> add("hubot", email, GOOD)), email);
        }
    }

    @Test
    void aTakenNameOrAddressIsAConflict() {
        add("hubot", "hubot@example.com", GOOD);
        assertThrows(ConflictException.class, () -> add("HUBOT", null, GOOD));
        assertThrows(ConflictException.class, () -> add("other", "Hubot@Example.com", GOOD));
        assertThrows(ConflictException.class, () -> add("Hubot", null, null));
    }

    @Test
    void aNewRoleHoldsForTokensInUse() {
        User mona = add("mona", null, GOOD);
        Secret token = people.sessions.begin(mona, "password", "").token();
        update(mona, new Change(null, null, false, null, Role.VIEWER));
        assertEquals(Role.VIEWER, people.byToken(token).user().role());
        assertEquals(
                "admin user.update: role deployer to viewer", people.actions().get(0));
    }

    @Test
    void aNewPasswordEndsTheUsersSessionsAndNotTheTokens() {
        User mona = add("mona", null, GOOD);
        Secret token = people.sessions.begin(mona, "password", "").token();
        Caller caller = people.byToken(token);
        Secret api = people.apiTokens
                .make(new ApiTokens.Request("CI", Role.VIEWER, null), caller, actor)
                .secret();
        update(mona, new Change(null, null, false, Secret.of("another long one"), null));
        assertThrows(UnauthenticatedException.class, () -> people.byToken(token));
        people.byToken(api);
    }

    @Test
    void onesOwnNewPasswordKeepsTheSessionThatSetsIt() {
        Secret other = people.sessions.begin(people.admin, "password", "").token();
        update(people.admin, new Change(null, null, false, GOOD, null));
        assertEquals(
                people.admin.id(),
                people.stores
                        .sessions()
                        .holder(((Credential.OfSession) admin.by()).id(), people.clock.instant())
                        .orElseThrow()
                        .id());
        assertThrows(UnauthenticatedException.class, () -> people.byToken(other));
    }

    @Test
    void changesNameAndAddress() {
        User mona = add("mona", "mona@example.com", GOOD);
        assertEquals(
                "lisa", update(mona, new Change("lisa", null, true, null, null)).username());
        assertNull(users.get(mona.id()).email());
        assertEquals(
                "admin user.update: name mona to lisa, email", people.actions().get(0));
        assertEquals(List.of("username"), faults(() -> update(mona, new Change("a b", null, false, null, null))));
        assertThrows(NotFoundException.class, () -> users.update(Samples.id(), NOTHING, admin, actor));
    }

    @Test
    void aRemovedUsersSessionsAndTokensEndAtOnce() {
        User mona = add("mona", null, GOOD);
        Secret token = people.sessions.begin(mona, "password", "").token();
        Secret api = people.apiTokens
                .make(new ApiTokens.Request("CI", Role.VIEWER, null), people.byToken(token), actor)
                .secret();
        users.remove(mona.id(), actor);
        assertThrows(UnauthenticatedException.class, () -> people.byToken(token));
        assertThrows(UnauthenticatedException.class, () -> people.byToken(api));
        assertEquals(List.of(mona.id()), people.leaving);
        assertThrows(NotFoundException.class, () -> users.remove(mona.id(), actor));
    }

    @Test
    void nobodyRemovesThemselvesOrTheLastAdministrator() {
        assertThrows(ConflictException.class, () -> users.remove(people.admin.id(), actor));
        User mona = add("mona", null, GOOD);
        assertThrows(
                ConflictException.class, () -> update(people.admin, new Change(null, null, false, null, Role.VIEWER)));
        assertThrows(ConflictException.class, () -> users.remove(people.admin.id(), Actor.of(mona, "")));
        update(mona, new Change(null, null, false, null, Role.ADMIN));
        users.remove(people.admin.id(), Actor.of(mona, ""));
    }

    @Test
    void whatPasswordDecidesOnIsNotChangedHere() {
        ManageUsers fixed = people.manage(true);
        User mona = users.add("mona", null, GOOD, Role.ADMIN, actor);
        for (Change change : List.of(
                new Change("root", null, false, null, null),
                new Change(null, null, false, GOOD, null),
                new Change(null, null, false, null, Role.VIEWER))) {
            assertThrows(ConflictException.class, () -> fixed.update(people.admin.id(), change, admin, actor));
        }
        assertThrows(ConflictException.class, () -> fixed.remove(people.admin.id(), Actor.of(mona, "")));
        fixed.update(people.admin.id(), new Change(null, "root@example.com", false, null, null), admin, actor);
        fixed.update(mona.id(), new Change(null, null, false, GOOD, Role.VIEWER), admin, actor);
    }

    private User add(String username, @Nullable String email, @Nullable Secret password) {
        return users.add(username, email, password, null, actor);
    }

    private User update(User user, Change change) {
        return users.update(user.id(), change, admin, actor);
    }

    private static List<String> faults(org.junit.jupiter.api.function.Executable refused) {
        return assertThrows(InvalidException.class, refused).errors().stream()
                .map(FieldError::field)
                .toList();
    }
}
