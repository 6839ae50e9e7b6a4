package dev.quark.http;

import dev.quark.core.codehost.BrowseHost;
import dev.quark.core.codehost.HostToken;
import dev.quark.core.codehost.HostTokens;
import dev.quark.core.codehost.ManageHooks;
import dev.quark.core.codehost.WebSignIn;
import dev.quark.core.config.ConfigId;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.ManageConfigs;
import dev.quark.core.config.WorkingDirectory;
import dev.quark.core.deployment.BringBack;
import dev.quark.core.deployment.CancelDeployment;
import dev.quark.core.deployment.DeleteDeployment;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.ManageService;
import dev.quark.core.deployment.Redeploy;
import dev.quark.core.deployment.Release;
import dev.quark.core.deployment.ReleaseFolders;
import dev.quark.core.deployment.ReleaseLaunches;
import dev.quark.core.deployment.ReleasesInUse;
import dev.quark.core.deployment.RemoveConfig;
import dev.quark.core.deployment.ServiceDependencies;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.deployment.TriggerDeployment;
import dev.quark.core.deployment.WatchDeployment;
import dev.quark.core.event.LocalEventBus;
import dev.quark.core.identity.AccessTokens;
import dev.quark.core.identity.Actor;
import dev.quark.core.identity.AllowedGitHubUsers;
import dev.quark.core.identity.ApiTokens;
import dev.quark.core.identity.Audit;
import dev.quark.core.identity.AuditEntry;
import dev.quark.core.identity.AuditLog;
import dev.quark.core.identity.Authenticate;
import dev.quark.core.identity.GitHubTokens;
import dev.quark.core.identity.GitHubUsers;
import dev.quark.core.identity.LastUses;
import dev.quark.core.identity.ManageUsers;
import dev.quark.core.identity.PasswordHasher;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.Session;
import dev.quark.core.identity.Sessions;
import dev.quark.core.identity.SignIn;
import dev.quark.core.identity.User;
import dev.quark.core.log.LiveLogs;
import dev.quark.core.log.LogStream;
import dev.quark.core.log.LogWriter;
import dev.quark.core.log.SpoolPosition;
import dev.quark.core.metrics.RequestCounts;
import dev.quark.core.metrics.SystemSampler;
import dev.quark.core.process.RunId;
import dev.quark.core.process.ScriptedCommandRunner;
import dev.quark.core.requestlog.RequestLog;
import dev.quark.core.secret.Secret;
import dev.quark.core.secret.SecretBox;
import dev.quark.core.service.HealthProbe;
import dev.quark.core.service.InMemoryTrafficRouter;
import dev.quark.core.service.Retirement;
import dev.quark.core.service.Service;
import dev.quark.core.service.ServiceParts;
import dev.quark.core.service.ServiceSupervisor;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.ConfigSample;
import dev.quark.core.testing.FakeCodeHost;
import dev.quark.core.testing.FakeGitHubAccounts;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import dev.quark.core.webhook.ReceiveWebhook;
import dev.quark.core.webhook.ReviewDeliveries;
import dev.quark.core.webhook.WebhookSignature;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A real server over stores in memory. */
final class World implements AutoCloseable {

    static final Settings.Times TIMES = new Settings.Times(
            Duration.ofSeconds(30), Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(1));
    private static final Limits.Limit PLENTY = new Limits.Limit(100_000, Duration.ofMinutes(1));

    /** More than a test of something else gets wrong. */
    static final Limits LIMITS = new Limits(PLENTY, PLENTY, PLENTY, PLENTY);

    static final RepositoryName REPOSITORY = new RepositoryName("octo-org/octo-repo");
    static final CommitSha SHA = new CommitSha("0123456789abcdef0123456789abcdef01234567");

    final FakeDeployments deployments = new FakeDeployments();
    final FakeConfigs configs = new FakeConfigs();
    final FakeDeliveries deliveries = new FakeDeliveries(configs, deployments);
    final FakeResults results = new FakeResults();
    final FakeLogs logStore = new FakeLogs();
    final FakeLogIndex logIndex = new FakeLogIndex();
    final LiveLogs logs = new LiveLogs(logStore);
    final LocalEventBus events = new LocalEventBus();
    final FakeCodeHost host = new FakeCodeHost();
    final FakeGitHubAccounts accounts = new FakeGitHubAccounts();
    final List<AuditEntry> audited = new CopyOnWriteArrayList<>();
    final List<String> obstacles = new CopyOnWriteArrayList<>();
    final WebhookSignature signature = new WebhookSignature(Secret.of("a webhook secret"));
    final FakePhases phases = new FakePhases();
    final Transitions transitions = new Transitions(deployments, phases, events);
    final InMemoryStores stores = new InMemoryStores();
    final FakeGitHubAccounts github = new FakeGitHubAccounts();
    final RequestLog requestLog = new RequestLog(stores.requestLog(), events, Samples::id);
    final RequestCounts counts = new RequestCounts();
    final FakeProbe probe = new FakeProbe();
    final SystemSampler system = new SystemSampler(probe, stores.workload(), events, Clock.systemUTC());
    final UseCases use;
    final HttpServer server;
    private final AtomicLong ids = new AtomicLong();
    private final Clock clock = Clock.systemUTC();
    private final WatchDeployment watch = new WatchDeployment(deployments, logs, events);

    World() {
        this(TIMES);
    }

    World(Settings.Times times) {
        this(new Settings("127.0.0.1", 0, List.of(), null, true, times, LIMITS));
    }

    /** With a dashboard of another origin. */
    World(@Nullable String frontend) {
        this(new Settings("127.0.0.1", 0, List.of(), frontend, true, TIMES, LIMITS));
    }

    World(Settings settings) {
        addUsers();
        use = useCases();
        // However slow the machine is, clients are told that it stops.
        server = HttpServer.start(settings, use, Duration.ofSeconds(30));
    }

    private UseCases useCases() {
        Audit audit = new Audit(
                new AuditLog() {
                    @Override
                    public void record(AuditEntry entry) {
                        audited.add(entry);
                        stores.audit().record(entry);
                    }

                    @Override
                    public <T extends @Nullable Object> T with(AuditEntry entry, Supplier<T> change) {
                        T result = stores.audit().with(entry, change);
                        if (!Boolean.FALSE.equals(result) && !Optional.empty().equals(result)) {
                            audited.add(entry);
                        }
                        return result;
                    }

                    @Override
                    public List<AuditEntry> list(int limit, long offset) {
                        return stores.audit().list(limit, offset);
                    }

                    @Override
                    public long count() {
                        return stores.audit().count();
                    }
                },
                clock);
        ManageConfigs manage = new ManageConfigs(
                configs,
                stores.keepers(),
                new CloneUrls("https://github.com", List.of("file:///srv/git")),
                events,
                audit,
                () -> new ConfigId(nextId()),
                clock);
        CancelDeployment cancel = new CancelDeployment(deployments, deployments, transitions, events, audit, clock);
        Sessions sessions = new Sessions(stores.sessions(), new PlainTokens(), events, audit, this::nextId, clock);
        ReceiveWebhook webhook =
                new ReceiveWebhook(signature, deliveries, transitions, events, this::nextDeployment, clock);
        ManageService services = services(audit);
        return new UseCases(
                identity(audit, sessions),
                manage,
                new RemoveConfig(manage, deployments, cancel, watch, transitions, new NoFolders(), services, clock),
                new TriggerDeployment(configs, transitions, audit, this::nextDeployment, clock),
                new Redeploy(deployments, transitions, audit, this::nextDeployment, clock),
                new BringBack(
                        deployments,
                        stores.releases(),
                        stores.services(),
                        transitions,
                        audit,
                        this::nextDeployment,
                        clock),
                cancel,
                new DeleteDeployment(
                        deployments,
                        new NoFolders(),
                        new ReleasesInUse(stores.services(), stores.instances(), stores.releases()),
                        audit),
                watch,
                services,
                webhook,
                codeHosting(webhook, audit, sessions),
                deployments,
                deployments,
                phases,
                results,
                logStore,
                logIndex,
                requestLog,
                stores.requestLog(),
                new Measures(counts, system, () -> "up 1\n"),
                events,
                () -> obstacles,
                clock);
    }

    private CodeHosting codeHosting(ReceiveWebhook webhook, Audit audit, Sessions sessions) {
        HostTokens hostTokens = hostTokens(audit);
        return new CodeHosting(
                new WebSignIn(
                        host,
                        accounts,
                        new GitHubUsers(
                                stores.users(),
                                accounts,
                                AllowedGitHubUsers.parse(List.of("octocat")),
                                Role.DEPLOYER,
                                audit,
                                this::nextId,
                                clock),
                        sessions,
                        hostTokens,
                        stores.usedStates(),
                        new PlainBox(),
                        () -> "random" + ids.incrementAndGet(),
                        clock),
                "http://localhost:8000/auth/callback",
                new BrowseHost(host, hostTokens),
                new ManageHooks(
                        host,
                        stores.hooks(),
                        hostTokens,
                        stores.keepers(),
                        () -> "https://quark.example/api/webhook",
                        Secret.of("a webhook secret"),
                        audit,
                        clock),
                new ReviewDeliveries(deliveries, configs, deployments, webhook, audit, this::nextId, clock));
    }

    private HostTokens hostTokens(Audit audit) {
        return new HostTokens(stores.hostTokens(), stores.keepers(), host, Runnable::run, audit, clock);
    }

    /** Lets a user act on GitHub. */
    void signInWithGitHub(Role role, String token) {
        host.give(token, 583231, "octocat");
        stores.hostTokens().save(user(role).id(), HostToken.of(Secret.of(token)));
    }

    User user(Role role) {
        return stores.users().findByLogin(role.label()).orElseThrow();
    }

    private Identity identity(Audit audit, Sessions sessions) {
        ApiTokens apiTokens = new ApiTokens(
                stores.apiTokens(),
                new LastUses(stores.apiTokens(), Runnable::run),
                audit,
                this::nextId,
                () -> Secret.of("secret-" + nextId()),
                clock);
        GitHubUsers admission = new GitHubUsers(
                stores.users(),
                github,
                AllowedGitHubUsers.parse(List.of("mona")),
                Role.DEPLOYER,
                audit,
                this::nextId,
                clock);
        return new Identity(
                new SignIn(stores.users(), hasher(), sessions, "no hash"),
                new Authenticate(sessions, apiTokens, new GitHubTokens(github, admission, stores.users(), clock)),
                sessions,
                apiTokens,
                new ManageUsers(
                        stores.users(),
                        stores.sessions(),
                        hasher(),
                        id -> hostTokens(audit).forget(id, "the user was removed"),
                        audit,
                        new ManageUsers.Rules(Role.DEPLOYER, false),
                        this::nextId,
                        clock),
                stores.audit());
    }

    /** A token that is good for a role. */
    static String token(Role role) {
        return "session." + sessionOf(role) + ".unsigned";
    }

    /** A token of a new session of a role's user. */
    String begin(Role role) {
        User user = user(role);
        return use.identity().sessions().begin(user, "test", "").token().reveal();
    }

    private static UUID sessionOf(Role role) {
        return new UUID(1, role.name().hashCode());
    }

    /** A user of each role, who is signed in. */
    private void addUsers() {
        for (Role role : Role.values()) {
            User user = User.local(
                    new UUID(0, role.name().hashCode()),
                    role.label(),
                    role.label() + "@example.com",
                    role,
                    "hash of " + role.label(),
                    Instant.EPOCH);
            stores.users().add(user);
            stores.sessions().add(new Session(sessionOf(role), user.id(), Instant.EPOCH, Instant.MAX));
        }
    }

    DeploymentConfig config(String branch, boolean autoDeploy) {
        DeploymentConfig config = ConfigSample.plain(REPOSITORY)
                .id(new ConfigId(nextId()))
                .branch(branch)
                .autoDeploy(autoDeploy)
                .at(Instant.now(clock), Instant.now(clock))
                .make();
        configs.add(config);
        return config;
    }

    private ManageService services(Audit audit) {
        ReleaseLaunches launches = new ReleaseLaunches(deployments, stores.releases(), new NoFolders());
        InMemoryTrafficRouter router = new InMemoryTrafficRouter(clock);
        ServiceSupervisor supervisor = new ServiceSupervisor(new ServiceParts(
                stores.services(),
                stores.instances(),
                new ScriptedCommandRunner(),
                (port, check, atMost) -> new HealthProbe.Answer.Healthy(),
                () -> 20_000,
                launches,
                logs,
                logStore,
                events,
                () -> new RunId(nextId()),
                clock,
                "node-1"));
        Retirement retirement =
                new Retirement(stores.services(), stores.instances(), supervisor, router, launches, clock);
        ServiceDependencies needs = new ServiceDependencies(
                stores.services(), stores.instances(), supervisor, retirement, router, launches, "node-1");
        return new ManageService(configs, deployments, needs, logs, audit, clock);
    }

    /** A completed deployment, whose release a service runs. */
    void serve(DeploymentId id) {
        complete(id);
        remember(id);
        stores.services().save(new Service(configOf(id), id.rollout(), false, "node-1", Instant.EPOCH));
    }

    /** What the release of a deployment was made with is known. */
    void remember(DeploymentId id) {
        DeploymentConfig config = configs.find(configOf(id)).orElseThrow();
        stores.releases().save(Release.of(id, config, new CloneUrl("file:///srv/git/octo.git"), Instant.now(clock)));
    }

    /** The config of a deployment. */
    ConfigId configOf(DeploymentId id) {
        return Objects.requireNonNull(deployments.find(id).orElseThrow().config());
    }

    /** A deployment that waits. */
    Deployment pending() {
        return pending("main");
    }

    /** A deployment of a new config of a branch that waits. */
    Deployment pending(String branch) {
        Deployment deployment = Deployment.pending(
                nextDeployment(),
                config(branch, true).id(),
                REPOSITORY,
                new BranchName(branch),
                dev.quark.core.config.ConfigName.DEFAULT,
                new Commit(SHA, "Fix it", "Mona"),
                Trigger.PUSH,
                "octocat",
                Instant.parse("2026-11-23T10:00:00.120Z"));
        deployments.add(deployment);
        return deployment;
    }

    /** A deployment that runs. */
    DeploymentId running() {
        return running("main");
    }

    DeploymentId running(String branch) {
        Deployment deployment = pending(branch);
        start(deployment.id());
        return deployment.id();
    }

    void start(DeploymentId id) {
        move(id, new DeploymentState.Pending().start(Instant.parse("2026-11-23T10:00:01Z"), "node-1"));
    }

    void complete(DeploymentId id) {
        DeploymentState.InProgress running =
                (DeploymentState.InProgress) deployments.find(id).orElseThrow().state();
        move(id, running.complete(Instant.parse("2026-11-23T10:00:03.500Z")));
    }

    void fail(DeploymentId id) {
        DeploymentState.InProgress running =
                (DeploymentState.InProgress) deployments.find(id).orElseThrow().state();
        move(id, running.fail(Instant.parse("2026-11-23T10:00:03.500Z"), 1, "exit code 1"));
    }

    void move(DeploymentId id, DeploymentState to) {
        if (!transitions.move(id, deployments.find(id).orElseThrow().state(), to)) {
            throw new IllegalStateException("moved by somebody else");
        }
    }

    /** Writes lines {@code from} to {@code to} of a log, which say their number. */
    void print(DeploymentId id, int from, int to) {
        List<LogWriter.Text> texts = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            texts.add(new LogWriter.Text(i % 10 == 0 ? LogStream.STDERR : LogStream.STDOUT, "line " + i));
        }
        try (LogWriter writer = logs.write(id.log())) {
            writer.append(texts, Instant.parse("2026-11-23T10:00:02.007Z"), SpoolPosition.START);
        }
    }

    UUID nextId() {
        return UUID.fromString(String.format(Locale.ROOT, "01980b5e-7a51-7cc2-9c6b-%012x", ids.incrementAndGet()));
    }

    DeploymentId nextDeployment() {
        return new DeploymentId(nextId());
    }

    Actor actor() {
        return new Actor(null, "test", Role.ADMIN, "");
    }

    private static PasswordHasher hasher() {
        return new PasswordHasher() {
            @Override
            public String hash(Secret password) {
                return "hash of " + password.reveal();
            }

            @Override
            public boolean matches(Secret password, String hash) {
                return hash.equals(hash(password));
            }
        };
    }

    /** A token shows the id of its session. */
    private static final class PlainTokens implements AccessTokens {

        @Override
        public Secret issue(Session session) {
            return Secret.of("session." + session.id() + ".unsigned");
        }

        @Override
        public Optional<UUID> read(Secret token, Instant now) {
            String[] parts = token.reveal().split("[.]", -1);
            return parts.length == 3 && parts[0].equals("session")
                    ? Optional.of(UUID.fromString(parts[1]))
                    : Optional.empty();
        }
    }

    @Override
    public void close() {
        server.close();
        system.close();
        requestLog.close();
        watch.close();
    }

    /** Seals nothing, but knows what it sealed. */
    private static final class PlainBox implements SecretBox {
        @Override
        public byte[] seal(Secret secret, String context) {
            return (context + ":" + secret.reveal()).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Secret open(byte[] sealed, String context) {
            String text = new String(sealed, StandardCharsets.UTF_8);
            if (!text.startsWith(context + ":")) {
                throw new IllegalStateException("not sealed here");
            }
            return Secret.of(text.substring(context.length() + 1));
        }
    }

    private static final class NoFolders implements ReleaseFolders {
        @Override
        public Path folder(ConfigId config, DeploymentId deployment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Prepared prepare(
                Path folder, WorkingDirectory directory, String command, String environmentFile, String manifest) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void activate(ConfigId config, DeploymentId deployment) {}

        @Override
        public void prune(ConfigId config, int keep, java.util.Set<DeploymentId> inUse) {}

        @Override
        public boolean isKept(ConfigId config, DeploymentId deployment) {
            return false;
        }

        @Override
        public void discard(ConfigId config, DeploymentId deployment) {}

        @Override
        public void discardAll(ConfigId config) {}
    }
}
