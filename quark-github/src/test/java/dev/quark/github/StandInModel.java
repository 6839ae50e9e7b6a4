package dev.quark.github;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quark.core.codehost.HostToken;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.RepositoryName;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the stand-in knows. */
final class StandInModel {

    record Account(long id, String login, Set<String> organisations) {}

    record Token(String login, Set<String> scopes) {}

    record Repository(
            long id,
            RepositoryName name,
            boolean isPrivate,
            Set<String> administrators,
            Path bare,
            Map<Long, ObjectNode> hooks) {}

    /** What a browser was sent back with. */
    record Code(String login, String scope, String challenge, String redirectUri) {}

    final Map<String, Account> accounts = new ConcurrentHashMap<>();
    final Map<String, Token> tokens = new ConcurrentHashMap<>();
    final Map<String, Token> refreshTokens = new ConcurrentHashMap<>();
    final Map<RepositoryName, Repository> repositories = new ConcurrentHashMap<>();
    final Map<String, Code> codes = new ConcurrentHashMap<>();
    final List<String> requests = new CopyOnWriteArrayList<>();
    final AtomicInteger quotaUsed = new AtomicInteger();
    final AtomicLong numbers = new AtomicLong(1000);
    final Path root;
    final RealGit git;
    final String url;
    volatile @Nullable String browser;
    volatile @Nullable String nextPage;
    volatile boolean expiring;
    volatile boolean truncated;

    StandInModel(Path root, RealGit git, String url) {
        this.root = root;
        this.git = git;
        this.url = url;
    }

    void add(RepositoryName name, boolean isPrivate, Set<String> administrators, Path bare) {
        repositories.put(
                name,
                new Repository(
                        numbers.incrementAndGet(),
                        name,
                        isPrivate,
                        administrators,
                        bare,
                        new ConcurrentSkipListMap<>()));
    }

    Repository repository(RepositoryName name) {
        return Objects.requireNonNull(repositories.get(name), name::toString);
    }

    HostToken issue(String login, Set<String> scopes, boolean expires) {
        long number = numbers.incrementAndGet();
        Token token = new Token(login, scopes);
        Secret access = Secret.of((expires ? "ghu_" : "gho_") + "standin" + number);
        tokens.put(access.reveal(), token);
        if (!expires) {
            return new HostToken(access, scopes, null, null);
        }
        Secret refresh = Secret.of("ghr_standin" + number);
        refreshTokens.put(refresh.reveal(), token);
        return new HostToken(
                access, scopes, refresh, Clock.systemUTC().instant().plusSeconds(28_800));
    }

    boolean mayRead(@Nullable Token token, Repository repository) {
        return !repository.isPrivate()
                || (token != null
                        && repository.administrators().contains(token.login())
                        && (token.scopes().isEmpty() || token.scopes().contains("repo")));
    }
}
