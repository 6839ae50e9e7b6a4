package dev.quark.github;

import com.sun.net.httpserver.HttpServer;
import dev.quark.core.codehost.HostToken;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * GitHub on loopback, as far as QUARK needs it: sign-in, REST (under {@code /api/v3}, as on an Enterprise Server) and git
 * over HTTP. What it answers is made from GitHub's published examples; what it knows about commits, it asks git. A test sets
 * up accounts and repositories, and may switch on what goes wrong.
 */
public final class GitHubStandIn implements AutoCloseable {

    /** The OAuth app. */
    public static final String CLIENT_ID = "Iv1.0123456789abcdef";

    /** Its secret. */
    public static final Secret CLIENT_SECRET = Secret.of("client-secret-0123456789");

    /** What goes wrong, for every request. */
    public enum Fault {
        /** Nothing. */
        NONE,
        /** Connections are cut. */
        DOWN,
        /** Nothing comes for 30 s, or until the fault is over. */
        SLOW,
        /** Status 500. */
        BROKEN,
        /** The hour's quota is used up. */
        PRIMARY_LIMIT,
        /** Requests come too fast. */
        SECONDARY_LIMIT,
        /** Documents break off. */
        TRUNCATED
    }

    final StandInModel model;
    private final StandInResults results;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final RealGit git;
    private final Path root;
    private volatile Fault fault = Fault.NONE;
    private volatile boolean apiOnly;
    private volatile CountDownLatch faultIsOver = new CountDownLatch(0);
    private volatile int retryAfter = 1;

    private GitHubStandIn(Path folder) throws IOException {
        this.root = Files.createDirectories(folder.toRealPath().resolve("github"));
        this.git = new RealGit(root);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.model = new StandInModel(root, git, url());
        StandInApi api = new StandInApi(model);
        this.results = new StandInResults(model, api);
        StandInSignIn signIn = new StandInSignIn(model);
        StandInGit gits = new StandInGit(model, root);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                StandInRequest request = new StandInRequest(exchange, model);
                if (!goesWrong(request)) {
                    if (request.path().startsWith("/api/v3/")) {
                        api.answer(request);
                    } else if (request.path().startsWith("/login/oauth/")) {
                        signIn.answer(request);
                    } else {
                        gits.answer(exchange);
                    }
                }
            } catch (RuntimeException e) {
                throw new IOException("The stand-in failed on " + exchange.getRequestURI(), e);
            }
        });
        server.start();
    }

    /** Starts it, with nobody and nothing in it. */
    public static GitHubStandIn start(Path folder) throws IOException {
        return new GitHubStandIn(folder);
    }

    /** The base of its pages and clone URLs: {@code GITHUB_URL}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The base of its API: {@code GITHUB_API_URL}. */
    public String apiUrl() {
        return url() + "/api/v3";
    }

    /** Adds an account that is a member of organisations. */
    public GitHubStandIn account(long id, String login, String... organisations) {
        model.accounts.put(login, new StandInModel.Account(id, login, Set.of(organisations)));
        return this;
    }

    /** Adds an empty repository that some accounts administer; others see it only where it isn't private. */
    public RepositoryName repository(String fullName, boolean isPrivate, String... administrators) throws Exception {
        RepositoryName name = new RepositoryName(fullName);
        Path bare = root.resolve(fullName + ".git");
        Files.createDirectories(bare.getParent());
        git.run(root, "init", "-q", "--bare", "-b", "main", bare.toString());
        git.run(bare, "config", "uploadpack.allowAnySHA1InWant", "true");
        model.add(name, isPrivate, Set.of(administrators), bare);
        return name;
    }

    /** The repository is gone. */
    public void vanish(RepositoryName repository) {
        model.repositories.remove(repository);
    }

    /** Makes a token of an account, as one makes them by hand. */
    public Secret token(String login, String... scopes) {
        return model.issue(login, Set.of(scopes), false).access();
    }

    /** As {@link #token}, one that expires and can be refreshed. */
    public HostToken expiringToken(String login) {
        return model.issue(login, Set.of(), true);
    }

    /** The token is known no more. */
    public void revoke(Secret token) {
        model.tokens.remove(token.reveal());
    }

    /** How many tokens of an account are good. */
    public long tokens(String login) {
        return model.tokens.values().stream()
                .filter(grant -> grant.login().equals(login))
                .count();
    }

    /** Whether the token is good. */
    public boolean knows(Secret token) {
        return model.tokens.containsKey(token.reveal());
    }

    /** Who sits at the browser that comes to the sign-in page, and grants what it asks for. */
    public void browserOf(String login) {
        model.browser = login;
    }

    /** Whether tokens of a sign-in expire, as those of GitHub apps do. */
    public void tokensExpire(boolean expire) {
        model.expiring = expire;
    }

    /** Commits just these files to a branch. */
    public CommitSha push(RepositoryName repository, String branch, String message, Map<String, String> files)
            throws Exception {
        return git.push(model.repository(repository).bare(), new BranchName(branch), message, "Mona", files);
    }

    /** The hooks of a repository, as the API shows them, with their secrets. */
    public List<com.fasterxml.jackson.databind.node.ObjectNode> hooks(RepositoryName repository) {
        return List.copyOf(model.repository(repository).hooks().values());
    }

    /** Tells the repository's active hooks of a push to a branch's head, signed as GitHub signs; the statuses answered. */
    public List<Integer> deliverPush(RepositoryName repository, String branch, String delivery) throws Exception {
        return new StandInDeliveries(model).push(repository, new BranchName(branch), delivery);
    }

    /** The statuses of a commit, oldest first, each as {@code context state description}. */
    public List<String> marks(RepositoryName repository, CommitSha commit) {
        return results.marks(repository, commit);
    }

    /** The deployments of a repository, oldest first, each as {@code environment [states]}. */
    public List<String> deployments(RepositoryName repository) {
        return results.deployments(repository);
    }

    /** The newest status of the newest deployment, as the API shows it. */
    public com.fasterxml.jackson.databind.JsonNode newestProgress(RepositoryName repository) {
        return results.newest(repository);
    }

    /** Somebody else's status of a commit. */
    public void status(RepositoryName repository, CommitSha commit, String context, String state) {
        results.status(repository, commit, context, state);
    }

    /** An app's check suite of a commit, in place of its earlier one: with no conclusion yet, or one, and named runs. */
    public void suite(
            RepositoryName repository, CommitSha commit, String app, @Nullable String conclusion, String... runs) {
        results.suite(repository, commit, app, conclusion, runs);
    }

    /** Method, path and status of each request to the API and to the sign-in so far. */
    public List<String> requests() {
        return List.copyOf(model.requests);
    }

    /** How many of the API's requests counted against the quota. */
    public int quotaUsed() {
        return model.quotaUsed.get();
    }

    /** From now on this goes wrong, until another fault is set. */
    public void fault(Fault now) {
        apiOnly = false;
        faultIsOver.countDown();
        faultIsOver = new CountDownLatch(1);
        fault = now;
    }

    /** As {@link #fault}, and git over HTTP works all the same. */
    public void apiFault(Fault now) {
        fault(now);
        apiOnly = true;
    }

    /** What a secondary limit asks to wait. */
    public void retryAfter(int seconds) {
        retryAfter = seconds;
    }

    private boolean goesWrong(StandInRequest request) throws IOException {
        if (apiOnly && !request.path().startsWith("/api/")) {
            return false;
        }
        model.truncated = fault == Fault.TRUNCATED;
        switch (fault) {
            case DOWN -> request.cut();
            case SLOW -> {
                waitForTheEnd();
                return goesWrongAfterAll(request);
            }
            case BROKEN -> request.problem(500, "Server Error");
            case PRIMARY_LIMIT ->
                request.header("X-RateLimit-Remaining", "0")
                        .header(
                                "X-RateLimit-Reset",
                                Long.toString(Clock.systemUTC().instant().getEpochSecond() + 1800))
                        .problem(403, "API rate limit exceeded for user ID 1.");
            case SECONDARY_LIMIT ->
                request.header("Retry-After", Integer.toString(retryAfter))
                        .problem(403, "You have exceeded a secondary rate limit.");
            case NONE, TRUNCATED -> {
                return false;
            }
        }
        return true;
    }

    private boolean goesWrongAfterAll(StandInRequest request) throws IOException {
        return fault != Fault.SLOW && goesWrong(request);
    }

    private void waitForTheEnd() throws IOException {
        try {
            faultIsOver.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException("The stand-in stops", e);
        }
    }

    @Override
    public void close() {
        faultIsOver.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
