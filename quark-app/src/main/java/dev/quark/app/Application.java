package dev.quark.app;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ManageConfigs;
import dev.quark.core.deployment.BringBack;
import dev.quark.core.deployment.CancelDeployment;
import dev.quark.core.deployment.DeleteDeployment;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Dispatcher;
import dev.quark.core.deployment.EndLost;
import dev.quark.core.deployment.IndexLogs;
import dev.quark.core.deployment.Redeploy;
import dev.quark.core.deployment.ReleasesInUse;
import dev.quark.core.deployment.RemoveConfig;
import dev.quark.core.deployment.RunDependencies;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.deployment.TriggerDeployment;
import dev.quark.core.deployment.WatchDeployment;
import dev.quark.core.event.EventBus;
import dev.quark.core.event.LocalEventBus;
import dev.quark.core.identity.Audit;
import dev.quark.core.identity.Doors;
import dev.quark.core.identity.GitHubUsers;
import dev.quark.core.identity.Sessions;
import dev.quark.core.log.LiveLogs;
import dev.quark.core.metrics.DeploymentCounts;
import dev.quark.core.metrics.RequestCounts;
import dev.quark.core.metrics.SystemSampler;
import dev.quark.core.process.RunId;
import dev.quark.core.requestlog.RequestLog;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.webhook.ReceiveWebhook;
import dev.quark.core.webhook.Retention;
import dev.quark.core.webhook.WebhookSignature;
import dev.quark.github.GitSources;
import dev.quark.http.HttpServer;
import dev.quark.http.Limits;
import dev.quark.http.Measures;
import dev.quark.http.UseCases;
import dev.quark.persistence.Persistence;
import dev.quark.runner.Runner;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The running server: every part made and put together, in one place. */
final class Application implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Application.class.getName());

    /** So long a mirror is kept that no config names: it may be a submodule's. */
    private static final Duration MIRRORS_KEPT = Duration.ofDays(90);

    private final Settings settings;
    private final Clock clock = Clock.systemUTC();
    private final TimeBasedEpochGenerator uuids = Generators.timeBasedEpochGenerator();
    private final EventBus events = new LocalEventBus();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private @Nullable Secret newPassword;
    private int port;

    private Application(Settings settings) {
        this.settings = settings;
    }

    /** Starts the server; it answers when this returns. */
    static Application start(Settings settings) {
        Application application = new Application(settings);
        try {
            application.assemble();
            return application;
        } catch (RuntimeException e) {
            application.close();
            throw e;
        }
    }

    /** Where the API listens. */
    int port() {
        return port;
    }

    /** Tells a person where the server is and how to get in. */
    void announce(PrintWriter out) {
        String address = address();
        out.println("QUARK " + QuarkCommand.Version.of() + " listens on " + address + " (API: " + address + "/docs)");
        out.println("  GitHub's webhook   "
                + webhookUrl()
                + "  (secret: "
                + (settings.webhookSecret() == null
                        ? settings.dataDir().resolve("keys/webhook_secret")
                        : "WEBHOOK_SECRET")
                + ")");
        if (newPassword != null) {
            out.println("  Sign in as         admin, password " + newPassword.reveal() + "  (shown this once)");
        }
        out.flush();
    }

    private void assemble() {
        own(Instance.hold(settings.dataDir()));
        KeyFiles keys = new KeyFiles(settings.dataDir().resolve("keys"));
        AesGcmSecretBox secrets = new AesGcmSecretBox(Settings.key(orNew(settings.secretKey(), keys, "secret_key")));
        // Takes as long as the server's own start, which goes on beside it.
        Persistence store = own(Persistence.opening(
                Persistence.Settings.parse(settings.databaseUrl().reveal()), secrets));
        ScheduledExecutorService timer = timer();
        Audit audit = new Audit(store.audit(), clock);
        Doors doors = Doors.closed();
        Accounts accounts = new Accounts(store, events, audit, uuids::generate, doors, clock);
        Sessions sessions = accounts.sessions(orNew(settings.jwtSecret(), keys, "jwt_secret"));
        CloneUrls sources = new CloneUrls(settings.githubUrl(), settings.allowedCloneUrls());
        Transitions transitions = new Transitions(store.deployments(), store.phases(), events);
        LiveLogs logs = new LiveLogs(store.logs());
        Runner runner = own(Runner.open(dev.quark.runner.Settings.in(settings.dataDir())));
        String node = nodeName(keys);
        Services services = settings.proxyPort() == 0
                ? null
                : new Services(
                        RouterLaunch.open(settings), store, runner, logs, events, audit, uuids::generate, clock, node);
        ReleasesInUse inUse = new ReleasesInUse(store.services(), store.instances(), store.releases());
        Hosting hosting = own(new Hosting(settings, store, events, audit, clock));
        GitHubUsers githubUsers = accounts.admission(settings, hosting.accounts());
        Secret webhookSecret = orNew(settings.webhookSecret(), keys, "webhook_secret");
        ReceiveWebhook webhook = new ReceiveWebhook(
                new WebhookSignature(webhookSecret),
                store.deliveries(),
                transitions,
                events,
                this::newDeployment,
                clock);
        WatchDeployment watch = own(new WatchDeployment(store.deployments(), logs, events));
        CancelDeployment cancel =
                new CancelDeployment(store.deployments(), store.queue(), transitions, events, audit, clock);
        ManageConfigs configs = new ManageConfigs(
                store.configs(), store.keepers(), sources, events, audit, () -> new ConfigId(uuids.generate()), clock);
        RequestLog requestLog = settings.requestLogRetention().isZero()
                ? null
                : own(new RequestLog(store.requestLog(), events, uuids::generate));
        SystemSampler system =
                own(new SystemSampler(new ProcSystemProbe(settings.dataDir()), store.workload(), events, clock));
        RequestCounts requests = new RequestCounts();
        HttpServer server = HttpServer.start(
                new dev.quark.http.Settings(
                        settings.host(),
                        settings.port(),
                        settings.trustedProxies(),
                        settings.frontendUrl(),
                        settings.anonymousLogStream(),
                        dev.quark.http.Settings.Times.DEFAULT,
                        Limits.DEFAULT),
                new UseCases(
                        accounts.identity(settings, sessions, hosting.accounts(), githubUsers, hosting.tokens(), timer),
                        configs,
                        new RemoveConfig(
                                configs,
                                store.deployments(),
                                cancel,
                                watch,
                                transitions,
                                runner.folders(),
                                services == null ? null : services.manage(),
                                clock),
                        new TriggerDeployment(store.configs(), transitions, audit, this::newDeployment, clock),
                        new Redeploy(store.deployments(), transitions, audit, this::newDeployment, clock),
                        new BringBack(
                                store.deployments(),
                                store.releases(),
                                store.services(),
                                transitions,
                                audit,
                                this::newDeployment,
                                clock),
                        cancel,
                        new DeleteDeployment(store.deployments(), runner.folders(), inUse, audit),
                        watch,
                        services == null ? null : services.manage(),
                        webhook,
                        hosting.use(
                                webhook,
                                githubUsers,
                                sessions,
                                secrets,
                                this::webhookUrl,
                                webhookSecret,
                                uuids::generate),
                        store.deployments(),
                        store.queue(),
                        store.phases(),
                        store.results(),
                        store.logs(),
                        store.logIndex(),
                        requestLog,
                        store.requestLog(),
                        new Measures(requests, system, page(store, services, requests, system, requestLog)),
                        events,
                        new Obstacles(store::isReachable, settings.dataDir()),
                        clock));
        port = server.port();
        // Stopped in reverse: the dispatcher lets go of what runs while watchers are still served.
        own(server);
        store.awaitOpen();
        if (services != null) {
            own(services);
        }
        // What follows takes as long as all that came before, and deliveries are taken and stored without it.
        GitHubParts gitHub = own(new GitHubParts(settings, store, sources, hosting.gitHub(), hosting.tokens(), clock));
        GitSources git = own(
                GitSources.open(new GitSources.Settings(settings.dataDir(), sources::allows, gitHub.credentials())));
        RunDependencies needs = new RunDependencies(
                store.configs(),
                store.deployments(),
                store.releases(),
                transitions,
                logs,
                sources,
                git.checkout(),
                runner.folders(),
                runner.commands(),
                events,
                timer,
                clock,
                services == null ? null : services.parts());
        sweepRuns(runner, store, node);
        if (services != null) {
            services.start();
        }
        Dispatcher dispatcher = new Dispatcher(store.queue(), needs, node, settings.maxConcurrentDeployments());
        own(dispatcher);
        dispatcher.start();
        newPassword = accounts.ensureAdmin(settings, keys).orElse(null);
        doors.open();
        hosting.catchUp(webhook, git.heads(), sources);
        gitHub.start(events, transitions, node);
        IndexLogs index = own(new IndexLogs(store.logIndex(), events));
        index.start();
        system.start(server::webSocketClients);
        // Not on the timer, which has deployments to stop in time.
        Thread sweep = Thread.ofPlatform().daemon().name("release-sweep").start(() -> {
            sweepReleases(runner, store, services, inUse);
            sweepMirrors(git, store, sources);
        });
        own(sweep::interrupt);
        repeat(
                timer,
                new EndLost(store.deployments(), store.queue(), store.releases(), transitions, node, clock),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5));
        repeat(
                timer,
                new Retention(
                        store.logs(),
                        store.deliveries(),
                        store.requestLog(),
                        settings.logRetention(),
                        settings.requestLogRetention(),
                        clock),
                Duration.ofMinutes(1),
                Duration.ofHours(1));
        // What the start needed, checking a password above all, it needs no longer; a quiet server would keep it for
        // hours.
        System.gc();
        repeat(timer, new MemoryAtRest(), MemoryAtRest.EVERY, MemoryAtRest.EVERY);
    }

    /** From now on until this is closed. */
    private void repeat(ScheduledExecutorService timer, Runnable job, Duration first, Duration pause) {
        Future<?> repeated =
                timer.scheduleWithFixedDelay(job, first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
        own(() -> repeated.cancel(true));
    }

    private PrometheusPage page(
            Persistence store,
            @Nullable Services services,
            RequestCounts requests,
            SystemSampler system,
            @Nullable RequestLog requestLog) {
        return new PrometheusPage(new QuarkMetrics(
                requests,
                own(new DeploymentCounts(events)),
                system,
                store::figures,
                requestLog,
                services == null ? null : services.metrics(store)));
    }

    /** What GitHub is to call. */
    private String webhookUrl() {
        return Optional.ofNullable(settings.webhookUrl()).orElse(address() + "/api/webhook");
    }

    private String address() {
        return "http://" + (settings.host().equals("0.0.0.0") ? "localhost" : settings.host()) + ":" + port;
    }

    /** Instances of services go on where this QUARK runs none, too. */
    private static void sweepRuns(Runner runner, Persistence store, String node) {
        Set<RunId> instances = store.instances().onNode(node).stream()
                .map(dev.quark.core.service.Instance::run)
                .collect(Collectors.toSet());
        runner.sweep(run -> instances.contains(run)
                || store.deployments()
                        .find(new DeploymentId(run.value()))
                        .filter(deployment -> !deployment.status().isFinal())
                        .isPresent());
    }

    /** Beside everything else: there may be much to delete, and nobody waits for it. */
    private static void sweepReleases(
            Runner runner, Persistence store, @Nullable Services services, ReleasesInUse inUse) {
        try {
            if (services != null) {
                services.manage().endOrphans();
            }
            runner.sweepReleases(
                    id -> store.configs().find(id).isPresent(),
                    id -> store.deployments()
                            .find(id)
                            .filter(deployment -> !isInUse(deployment, inUse))
                            .map(Deployment::status));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "What was left over of releases could not be removed", e);
        }
    }

    private void sweepMirrors(GitSources git, Persistence store, CloneUrls sources) {
        try {
            List<CloneUrl> used = store.configs().list(null, Integer.MAX_VALUE, 0).stream()
                    .map(config ->
                            config.cloneUrl() == null ? sources.of(config.repository(), null) : config.cloneUrl())
                    .toList();
            git.sweepMirrors(used, clock.instant().minus(MIRRORS_KEPT));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Mirrors that nobody uses could not be removed", e);
        }
    }

    private static boolean isInUse(Deployment deployment, ReleasesInUse inUse) {
        return deployment.config() != null && inUse.of(deployment.config()).contains(deployment.id());
    }

    private DeploymentId newDeployment() {
        return new DeploymentId(uuids.generate());
    }

    /** The node's name; one that was made up stays the same when the host's name changes. */
    private String nodeName(KeyFiles keys) {
        return settings.nodeName() != null
                ? settings.nodeName()
                : keys.textOrNew("node_name", Instance::newNodeName).reveal();
    }

    private static Secret orNew(@Nullable Secret given, KeyFiles keys, String name) {
        return given == null ? keys.keyOrNew(name) : given;
    }

    private ScheduledExecutorService timer() {
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(
                2, Thread.ofPlatform().name("timer-", 1).daemon().factory());
        own(timer::shutdownNow);
        return timer;
    }

    private <T extends AutoCloseable> T own(T part) {
        parts.push(part);
        return part;
    }

    /** Stops everything, the last part first. Deploy commands go on, and the next start takes them up. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "A part of QUARK did not stop cleanly", e);
            }
        }
    }
}
