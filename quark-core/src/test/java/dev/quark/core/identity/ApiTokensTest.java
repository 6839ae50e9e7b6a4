package dev.quark.core.identity;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.FieldError;
import dev.quark.core.problem.ForbiddenException;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.testing.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ApiTokensTest {

    private final People people = new People();
    private final Caller admin = people.signedIn(people.admin);
    private final Caller mona = people.signedIn(people.add("mona", Role.DEPLOYER));
    private final Caller hubot = people.signedIn(people.add("hubot", Role.VIEWER));

    @Test
    void theSecretIsKeptAsAHashAlone() {
        ApiTokens.Made made = make(mona, "CI", Role.DEPLOYER, null);
        assertTrue(made.secret().reveal().startsWith("qk_"));
        String kept = String.valueOf(
                people.stores.apiTokens().list(null).get(0).token().hash());
        assertEquals(64, kept.length());
        assertFalse(kept.contains(made.secret().reveal()));
        assertEquals(mona.user(), people.byToken(made.secret()).user());
    }

    @Test
    void neverDoesMoreThanItsScopeAndItsOwnersRole() {
        ApiTokens.Made viewing = make(admin, "dashboard", Role.VIEWER, null);
        assertEquals(Role.VIEWER, people.byToken(viewing.secret()).user().role());
        ApiTokens.Made deploying = make(mona, "CI", Role.DEPLOYER, null);
        people.stores.users().update(mona.user().id(), user -> user.withRole(Role.VIEWER));
        assertEquals(Role.VIEWER, people.byToken(deploying.secret()).user().role());
        people.stores.users().update(mona.user().id(), user -> user.withRole(Role.ADMIN));
        assertEquals(Role.DEPLOYER, people.byToken(deploying.secret()).user().role());
    }

    @Test
    void aScopeAboveOnesRoleAPastEndOrABadNameIsRefusedAtOnce() {
        InvalidException refused = assertThrows(InvalidException.class, () -> make(mona, " ", Role.ADMIN, NOW));
        assertEquals(
                List.of("name", "scope", "expires_at"),
                refused.errors().stream().map(FieldError::field).toList());
        assertThrows(InvalidException.class, () -> make(mona, "a\nb", Role.VIEWER, null));
        assertThrows(InvalidException.class, () -> make(mona, "x".repeat(101), Role.VIEWER, null));
    }

    @Test
    void endsWhenItExpires() {
        ApiTokens.Made made = make(mona, "CI", Role.VIEWER, NOW.plusSeconds(60));
        people.clock.pass(Duration.ofSeconds(59));
        people.byToken(made.secret());
        people.clock.pass(Duration.ofSeconds(1));
        assertThrows(UnauthenticatedException.class, () -> people.byToken(made.secret()));
    }

    @Test
    void makesNoOthersAndRemovesOnlyItself() {
        Caller token = people.byToken(make(mona, "CI", Role.DEPLOYER, null).secret());
        ApiTokens.Made other = make(mona, "laptop", Role.VIEWER, null);
        assertThrows(ForbiddenException.class, () -> make(token, "more", Role.VIEWER, null));
        assertThrows(NotFoundException.class, () -> remove(other.token(), token));
        people.apiTokens.remove(((Credential.OfApiToken) token.by()).id(), token, People.actor(token));
        people.byToken(other.secret());
    }

    @Test
    void isRemovedByItsOwnerAndByAdministratorsAtOnce() {
        ApiTokens.Made one = make(mona, "one", Role.VIEWER, null);
        ApiTokens.Made two = make(mona, "two", Role.VIEWER, null);
        assertThrows(NotFoundException.class, () -> remove(one.token(), hubot));
        remove(one.token(), mona);
        remove(two.token(), admin);
        assertThrows(UnauthenticatedException.class, () -> people.byToken(one.secret()));
        assertThrows(UnauthenticatedException.class, () -> people.byToken(two.secret()));
        assertThrows(NotFoundException.class, () -> remove(one.token(), mona));
        assertEquals(
                "admin token.delete: two, viewer, of mona", people.actions().get(0));
    }

    @Test
    void onlyAdministratorsSeeThoseOfOthers() {
        ApiToken monas = make(mona, "CI", Role.VIEWER, null).token();
        assertEquals(List.of(), people.apiTokens.list(false, admin));
        assertEquals(monas, people.apiTokens.list(false, mona).get(0).token());
        assertEquals(monas, people.apiTokens.list(true, admin).get(0).token());
        assertThrows(ForbiddenException.class, () -> people.apiTokens.list(true, mona));
    }

    @Test
    void theLastUseIsNotedLaterAndOnceAMinute() {
        ApiTokens.Made made = make(mona, "CI", Role.VIEWER, null);
        people.byToken(made.secret());
        people.byToken(made.secret());
        assertEquals(1, people.later.size());
        assertNull(lastUse(made));
        people.later.remove().run();
        assertEquals(NOW, lastUse(made));
        people.clock.pass(Duration.ofSeconds(59));
        people.byToken(made.secret());
        assertEquals(0, people.later.size());
        people.clock.pass(Duration.ofSeconds(1));
        people.byToken(made.secret());
        people.later.remove().run();
        assertEquals(NOW.plusSeconds(60), lastUse(made));
    }

    @Test
    void whatOnlyLooksLikeOneIsNobodys() {
        String right = make(mona, "CI", Role.VIEWER, null).secret().reveal();
        for (String wrong : List.of("qk_", right + "x", right.substring(1), "QK" + right.substring(2))) {
            assertThrows(
                    UnauthenticatedException.class,
                    () -> people.byToken(dev.quark.core.secret.Secret.of(wrong)),
                    wrong);
        }
        assertThrows(NotFoundException.class, () -> people.apiTokens.remove(Samples.id(), admin, People.actor(admin)));
    }

    private ApiTokens.Made make(Caller caller, String name, Role scope, @Nullable Instant expiresAt) {
        return people.apiTokens.make(new ApiTokens.Request(name, scope, expiresAt), caller, People.actor(caller));
    }

    private void remove(ApiToken token, Caller caller) {
        people.apiTokens.remove(token.id(), caller, People.actor(caller));
    }

    private @Nullable Instant lastUse(ApiTokens.Made made) {
        return people.stores
                .apiTokens()
                .find(made.token().id())
                .orElseThrow()
                .token()
                .lastUsedAt();
    }
}
