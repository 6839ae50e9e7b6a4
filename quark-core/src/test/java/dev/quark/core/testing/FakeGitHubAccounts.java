package dev.quark.core.testing;

import dev.quark.core.identity.GitHubAccount;
import dev.quark.core.identity.GitHubAccounts;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.secret.Secret;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A GitHub whose tokens and organizations a test decides on. Safe for use by many threads. */
public final class FakeGitHubAccounts implements GitHubAccounts {

    private final Map<String, GitHubAccount> holders = new ConcurrentHashMap<>();
    private final Map<String, Set<Long>> members = new ConcurrentHashMap<>();
    private final AtomicInteger questions = new AtomicInteger();
    private volatile boolean down;

    /** Gives an account a token. */
    public void give(String token, GitHubAccount account) {
        holders.put(token, account);
    }

    /** Makes a token worth nothing. */
    public void revoke(String token) {
        holders.remove(token);
    }

    /** Puts an account into an organization. */
    public void join(String organization, GitHubAccount account) {
        members.computeIfAbsent(organization, name -> ConcurrentHashMap.newKeySet())
                .add(account.id());
    }

    /** Whether GitHub answers nothing from now on. */
    public void setDown(boolean isDown) {
        down = isDown;
    }

    /** How often somebody asked whose a token is. */
    public int questions() {
        return questions.get();
    }

    @Override
    public Optional<GitHubAccount> whoHolds(Secret token) {
        questions.incrementAndGet();
        requireUp();
        return Optional.ofNullable(holders.get(token.reveal()));
    }

    @Override
    public boolean isMember(Secret token, String organization) {
        requireUp();
        GitHubAccount account = holders.get(token.reveal());
        return account != null && members.getOrDefault(organization, Set.of()).contains(account.id());
    }

    private void requireUp() {
        if (down) {
            throw new UnavailableException("GitHub does not answer: try again later.");
        }
    }
}
