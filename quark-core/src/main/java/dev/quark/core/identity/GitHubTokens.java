package dev.quark.core.identity;

import dev.quark.core.problem.ForbiddenException;
import dev.quark.core.problem.QuarkException;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.secret.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Says who holds a token that GitHub gave out. What GitHub says counts for a minute, a refusal for ten seconds; only the
 * token's hash is kept, and nothing outlives the process. GitHub is asked once for those who ask at the same time. Safe for
 * use by many threads.
 */
public final class GitHubTokens {

    private static final Duration KNOWN_FOR = Duration.ofSeconds(60);
    private static final Duration REFUSED_FOR = Duration.ofSeconds(10);

    /** Of either kind, so that a flood of wrong tokens doesn't drive out the right ones. */
    private static final int MOST_ANSWERS = 1000;

    private final GitHubAccounts accounts;
    private final GitHubUsers admission;
    private final UserStore users;
    private final Clock clock;
    private final Map<String, Answer> known = new Newest();
    private final Map<String, Answer> refused = new Newest();
    private final Map<String, FutureTask<Answer>> asking = new ConcurrentHashMap<>();

    /** Asks {@code accounts}, and lets those in whom {@code admission} does. */
    public GitHubTokens(GitHubAccounts accounts, GitHubUsers admission, UserStore users, Clock clock) {
        this.accounts = accounts;
        this.admission = admission;
        this.users = users;
        this.clock = clock;
    }

    /**
     * Who holds a token; empty where GitHub says that it is none.
     *
     * @param address the client's network address
     * @param beforeAsking called before GitHub is asked, on this thread; what it throws is thrown on
     * @throws ForbiddenException where the holder may not sign in here
     * @throws UnavailableException where GitHub has to be asked and doesn't answer
     */
    Optional<Caller> holder(Secret token, String address, Runnable beforeAsking) {
        String hash = TokenHash.of(token);
        Answer answer = remembered(hash);
        if (answer == null) {
            beforeAsking.run();
            answer = ask(hash, token, address);
        }
        if (answer.refusal() != null) {
            throw new ForbiddenException(answer.refusal());
        }
        return Optional.ofNullable(answer.user())
                .flatMap(users::find)
                .map(user -> new Caller(user, new Credential.OfGitHub()));
    }

    private @Nullable Answer remembered(String hash) {
        Instant now = clock.instant();
        for (Map<String, Answer> answers : List.of(known, refused)) {
            synchronized (answers) {
                Answer answer = answers.get(hash);
                if (answer != null && now.isBefore(answer.until())) {
                    return answer;
                }
                answers.remove(hash);
            }
        }
        return null;
    }

    private Answer ask(String hash, Secret token, String address) {
        FutureTask<Answer> mine = new FutureTask<>(() -> question(hash, token, address));
        FutureTask<Answer> first = asking.putIfAbsent(hash, mine);
        if (first == null) {
            mine.run();
            asking.remove(hash, mine);
        }
        try {
            return (first == null ? mine : first).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof QuarkException problem) {
                throw problem;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("The server is stopping: try again in a moment.", e);
        }
    }

    private Answer question(String hash, Secret token, String address) {
        Answer answer = answer(token, address);
        Map<String, Answer> answers = answer.user() == null ? refused : known;
        synchronized (answers) {
            answers.put(hash, answer);
        }
        return answer;
    }

    private Answer answer(Secret token, String address) {
        Optional<GitHubAccount> account = accounts.whoHolds(token);
        if (account.isEmpty()) {
            return new Answer(null, null, clock.instant().plus(REFUSED_FOR));
        }
        try {
            User user = admission.admit(account.get(), token, address);
            return new Answer(user.id(), null, clock.instant().plus(KNOWN_FOR));
        } catch (ForbiddenException e) {
            return new Answer(null, e.getMessage(), clock.instant().plus(REFUSED_FOR));
        }
    }

    private record Answer(@Nullable UUID user, @Nullable String refusal, Instant until) {}

    /** Forgets the answer that was asked for the longest time ago. */
    private static final class Newest extends LinkedHashMap<String, Answer> {

        private static final long serialVersionUID = 1L;

        Newest() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
            return size() > MOST_ANSWERS;
        }
    }
}
