package dev.quark.core.testing;

import dev.quark.core.codehost.CodeHost;
import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.NotFound;
import dev.quark.core.codehost.CodeHostException.Rejected;
import dev.quark.core.codehost.CodeHostException.Revoked;
import dev.quark.core.codehost.Comparison;
import dev.quark.core.codehost.HostBranch;
import dev.quark.core.codehost.HostCommit;
import dev.quark.core.codehost.HostHook;
import dev.quark.core.codehost.HostHooks;
import dev.quark.core.codehost.HostRepository;
import dev.quark.core.codehost.HostSignIn;
import dev.quark.core.codehost.HostToken;
import dev.quark.core.codehost.HostUser;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A code host in memory: every token that a test gave to somebody sees all repositories, branches are lines of commits, and
 * hooks are remembered. Safe for use by many threads.
 */
public final class FakeCodeHost implements CodeHost, HostHooks, HostSignIn {

    /** When commits are made. */
    public static final Instant COMMITTED = Instant.parse("2026-11-25T08:00:00Z");

    private final Map<String, HostUser> holders = new HashMap<>();
    private final Map<RepositoryName, Map<String, List<Change>>> repositories = new LinkedHashMap<>();
    private final Map<RepositoryName, TreeMap<Long, HostHook>> hooks = new HashMap<>();
    private final Map<String, HostToken> codes = new HashMap<>();
    private final Map<String, HostToken> refreshes = new HashMap<>();
    private final List<String> revoked = new ArrayList<>();
    private CodeHostException.@Nullable Failure failure;
    private int questions;
    private long numbers;

    private record Change(HostCommit commit, Set<String> files) {}

    /** Gives somebody a token. */
    public synchronized Secret give(String token, long id, String login) {
        holders.put(token, new HostUser(id, login, "Mona Lisa", null, null, "https://github.com/" + login));
        return Secret.of(token);
    }

    /** Makes a code stand for a token. */
    public synchronized void code(String code, HostToken token) {
        codes.put(code, token);
    }

    /** Makes a refresh token stand for a token. */
    public synchronized void refreshable(String refresh, HostToken token) {
        refreshes.put(refresh, token);
    }

    /** What was revoked. */
    public synchronized List<String> revoked() {
        return List.copyOf(revoked);
    }

    /** From now on everything fails so; null: nothing does. */
    public synchronized void fail(CodeHostException.@Nullable Failure with) {
        failure = with;
    }

    /** How often it was asked anything. */
    public synchronized int questions() {
        return questions;
    }

    /** Adds a commit to a branch, which is made where there is none. */
    public synchronized void push(
            RepositoryName repository, String branch, CommitSha sha, String message, Set<String> files) {
        HostCommit commit = new HostCommit(
                new Commit(sha, message, "Mona Lisa"), "octocat", COMMITTED, "https://github.com/commit/" + sha);
        repositories
                .computeIfAbsent(repository, name -> new TreeMap<>())
                .computeIfAbsent(branch, name -> new ArrayList<>())
                .add(new Change(commit, files));
    }

    /** Takes the newest commits off a branch, as a forced push does. */
    public synchronized void pushBack(RepositoryName repository, String branch, int commits) {
        List<Change> changes = branch(repository, branch);
        changes.subList(changes.size() - commits, changes.size()).clear();
    }

    /** Adds a hook that somebody else made. */
    public synchronized HostHook hook(RepositoryName repository, HostHook hook) {
        hooks.computeIfAbsent(repository, name -> new TreeMap<>()).put(hook.id(), hook);
        return hook;
    }

    private HostUser holder(@Nullable Secret token) {
        questions++;
        if (failure != null) {
            throw new CodeHostException(failure);
        }
        HostUser user = token == null ? null : holders.get(token.reveal());
        if (user == null) {
            throw new CodeHostException(new Revoked());
        }
        return user;
    }

    private Map<String, List<Change>> branches(RepositoryName repository) {
        Map<String, List<Change>> branches = repositories.get(repository);
        if (branches == null) {
            throw new CodeHostException(new NotFound("/repos/" + repository));
        }
        return branches;
    }

    private List<Change> branch(RepositoryName repository, String branch) {
        return branches(repository).getOrDefault(branch, List.of());
    }

    @Override
    public synchronized HostUser user(Secret token) {
        return holder(token);
    }

    @Override
    public synchronized HostRepository repository(Secret token, RepositoryName repository) {
        holder(token);
        branches(repository);
        return new HostRepository(
                1, repository, null, true, false, true, "main", "https://github.com/" + repository, COMMITTED);
    }

    @Override
    public synchronized List<HostRepository> repositories(Secret token) {
        return repositories.keySet().stream()
                .map(name -> repository(token, name))
                .toList();
    }

    @Override
    public synchronized List<HostBranch> branches(Secret token, RepositoryName repository) {
        holder(token);
        return branches(repository).entrySet().stream()
                .map(b -> new HostBranch(
                        b.getKey(),
                        b.getValue()
                                .get(b.getValue().size() - 1)
                                .commit()
                                .commit()
                                .sha(),
                        false))
                .toList();
    }

    @Override
    public synchronized List<HostCommit> commits(
            Secret token, RepositoryName repository, @Nullable BranchName branch, int page, int size) {
        holder(token);
        List<HostCommit> newestFirst = new ArrayList<>();
        for (Change change : branch(repository, branch == null ? "main" : branch.value())) {
            newestFirst.add(0, change.commit());
        }
        return newestFirst.stream().skip((page - 1L) * size).limit(size).toList();
    }

    @Override
    public synchronized Optional<HostCommit> head(
            @Nullable Secret token, RepositoryName repository, BranchName branch) {
        holder(token);
        List<Change> changes = branch(repository, branch.value());
        return changes.isEmpty()
                ? Optional.empty()
                : Optional.of(changes.get(changes.size() - 1).commit());
    }

    @Override
    public synchronized Comparison compare(
            @Nullable Secret token, RepositoryName repository, CommitSha earlier, CommitSha later) {
        holder(token);
        for (List<Change> changes : branches(repository).values()) {
            List<CommitSha> shas =
                    changes.stream().map(c -> c.commit().commit().sha()).toList();
            int from = shas.indexOf(earlier);
            int to = shas.indexOf(later);
            if (from >= 0 && to >= 0) {
                Set<String> files = new HashSet<>();
                changes.subList(Math.min(from, to) + 1, Math.max(from, to) + 1)
                        .forEach(change -> files.addAll(change.files()));
                Comparison.Relation relation = from < to
                        ? Comparison.Relation.AHEAD
                        : from > to ? Comparison.Relation.BEHIND : Comparison.Relation.SAME;
                return new Comparison(relation, files, true);
            }
        }
        throw new CodeHostException(new NotFound("/repos/" + repository + "/compare"));
    }

    @Override
    public synchronized List<HostHook> list(Secret token, RepositoryName repository) {
        holder(token);
        branches(repository);
        return List.copyOf(hooks.getOrDefault(repository, new TreeMap<>()).values());
    }

    @Override
    public synchronized HostHook create(Secret token, RepositoryName repository, Wanted wanted) {
        if (list(token, repository).size() >= 20) {
            throw new CodeHostException(new Rejected(422, "Validation Failed (cannot have more than 20 hooks)"));
        }
        return hook(repository, hook(++numbers, wanted));
    }

    @Override
    public synchronized HostHook change(Secret token, RepositoryName repository, long id, Wanted wanted) {
        list(token, repository);
        return hook(repository, hook(id, wanted));
    }

    @Override
    public synchronized void delete(Secret token, RepositoryName repository, long id) {
        holder(token);
        hooks.getOrDefault(repository, new TreeMap<>()).remove(id);
    }

    private static HostHook hook(long id, Wanted wanted) {
        return new HostHook(id, wanted.url(), "json", Set.copyOf(wanted.events()), true, false);
    }

    @Override
    public String authorizeUrl(String state, String challenge) {
        return "https://github.com/login/oauth/authorize?state=" + state + "&code_challenge=" + challenge;
    }

    @Override
    public synchronized Optional<HostToken> exchange(String code, Secret verifier) {
        return given(codes, code);
    }

    @Override
    public synchronized Optional<HostToken> refresh(Secret refreshToken) {
        return given(refreshes, refreshToken.reveal());
    }

    private Optional<HostToken> given(Map<String, HostToken> from, String key) {
        questions++;
        if (failure != null) {
            throw new CodeHostException(failure);
        }
        return Optional.ofNullable(from.remove(key));
    }

    @Override
    public synchronized void revoke(Secret token) {
        if (failure != null) {
            throw new CodeHostException(failure);
        }
        holders.remove(token.reveal());
        revoked.add(token.reveal());
    }
}
