package dev.quark.core.identity;

import static dev.quark.core.testing.Samples.NOW;

import dev.quark.core.event.LocalEventBus;
import dev.quark.core.secret.Secret;
import dev.quark.core.testing.FakeGitHubAccounts;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;

/** Users, sessions and tokens over stores in memory, at a time that a test decides on. */
final class People {

    final InMemoryStores stores = new InMemoryStores();
    final FakeGitHubAccounts github = new FakeGitHubAccounts();
    final LocalEventBus events = new LocalEventBus();
    final Queue<Runnable> later = new ArrayDeque<>();
    final List<UUID> leaving = new ArrayList<>();
    final TestClock clock = new TestClock();
    final Audit audit = new Audit(stores.audit(), clock);
    final Sessions sessions = new Sessions(stores.sessions(), new PlainTokens(), events, audit, Samples::id, clock);
    final ApiTokens apiTokens = new ApiTokens(
            stores.apiTokens(),
            new LastUses(stores.apiTokens(), later::add),
            audit,
            Samples::id,
            () -> Secret.of("secret-" + Samples.id()),
            clock);
    final GitHubUsers admission = new GitHubUsers(
            stores.users(),
            github,
            AllowedGitHubUsers.parse(List.of("mona")),
            Role.DEPLOYER,
            audit,
            Samples::id,
            clock);
    final Authenticate authenticate =
            new Authenticate(sessions, apiTokens, new GitHubTokens(github, admission, stores.users(), clock));
    final User admin = add("admin", Role.ADMIN);

    User add(String name, Role role) {
        User user = User.local(Samples.id(), name, name + "@example.com", role, "hash of " + name, NOW);
        stores.users().add(user);
        return user;
    }

    /** Somebody who signed in just now. */
    Caller signedIn(User user) {
        return byToken(sessions.begin(user, "password", "").token());
    }

    Caller byToken(Secret token) {
        return authenticate.byToken(token, "203.0.113.9", () -> {});
    }

    ManageUsers manage(boolean isPasswordSet) {
        PasswordHasher hasher = new PasswordHasher() {
            @Override
            public String hash(Secret password) {
                return "hash of " + password.reveal();
            }

            @Override
            public boolean matches(Secret password, String hash) {
                return hash(password).equals(hash);
            }
        };
        return new ManageUsers(
                stores.users(),
                stores.sessions(),
                hasher,
                leaving::add,
                audit,
                new ManageUsers.Rules(Role.DEPLOYER, isPasswordSet),
                Samples::id,
                clock);
    }

    static Actor actor(Caller caller) {
        return Actor.of(caller.user(), "203.0.113.9");
    }

    /** What was done, newest first. */
    List<String> actions() {
        return stores.audit().list(100, 0).stream()
                .map(entry -> entry.actor() + " " + entry.action() + ": " + entry.detail())
                .toList();
    }

    static final class TestClock extends Clock {

        private Instant now = NOW;

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private static final class PlainTokens implements AccessTokens {

        @Override
        public Secret issue(Session session) {
            return Secret.of("x." + session.id() + ".x");
        }

        @Override
        public Optional<UUID> read(Secret token, Instant now) {
            String[] parts = token.reveal().split("[.]", -1);
            return parts.length == 3 && parts[1].length() == 36
                    ? Optional.of(UUID.fromString(parts[1]))
                    : Optional.empty();
        }
    }
}
