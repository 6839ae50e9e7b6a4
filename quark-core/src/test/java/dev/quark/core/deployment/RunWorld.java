package dev.quark.core.deployment;

import dev.quark.core.config.ConfigStore;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.event.LocalEventBus;
import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import dev.quark.core.identity.Role;
import dev.quark.core.log.LiveLogs;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStore;
import dev.quark.core.log.LogStream;
import dev.quark.core.process.CommandRunner;
import dev.quark.core.process.CommandScript;
import dev.quark.core.process.ScriptedCommandRunner;
import dev.quark.core.source.CheckoutOutcome;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.source.Commit;
import dev.quark.core.source.SourceCheckout;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Everything that the run of a deployment needs, in memory; a test replaces what it is about. */
final class RunWorld implements AutoCloseable {

    static final String NODE = "node-1";
    static final Actor MONA = new Actor(null, "mona", Role.DEPLOYER, "192.0.2.1");
    static final Commit COMMIT = Samples.commit("Say hello");

    final InMemoryStores stores = new InMemoryStores();
    final LocalEventBus events = new LocalEventBus();
    final InMemoryReleaseFolders folders = new InMemoryReleaseFolders();
    final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    Clock clock = Clock.fixed(Samples.NOW, ZoneOffset.UTC);
    final DeploymentConfig config = Samples.config(Samples.REPOSITORY, "production");

    ScriptedCommandRunner commands = new ScriptedCommandRunner();
    SourceCheckout checkout = request -> new CheckoutOutcome.CheckedOut(COMMIT);
    ConfigStore configs = stores.configs();
    DeploymentStore deployments = stores.deployments();
    LogStore logs = stores.logs();
    ReleaseStore releases = stores.releases();
    CommandRunner runner = commands;

    @Nullable
    ServiceDependencies service;

    RunWorld() {
        stores.configs().add(config);
    }

    /** What the command of the config does. */
    RunWorld command(CommandScript script) {
        commands.script(config.deployCommand(), script);
        return this;
    }

    RunDependencies needs() {
        return new RunDependencies(
                configs,
                deployments,
                releases,
                transitions(),
                new LiveLogs(logs),
                new CloneUrls("https://github.com", List.of("file:///srv/git")),
                checkout,
                folders,
                runner,
                events,
                timer,
                clock,
                service);
    }

    ReleasesInUse inUse() {
        return new ReleasesInUse(stores.services(), stores.instances(), stores.releases());
    }

    Transitions transitions() {
        return new Transitions(deployments, stores.phases(), events);
    }

    CancelDeployment cancel() {
        return new CancelDeployment(stores.deployments(), stores.queue(), transitions(), events, audit(), clock);
    }

    Audit audit() {
        return new Audit(stores.audit(), clock);
    }

    /** Queues a deployment of the config. */
    Deployment queue(Trigger trigger) {
        Deployment pending = Samples.pending(config, trigger);
        stores.deployments().add(pending);
        return pending;
    }

    /** A deployment of the config that this node has claimed. */
    Deployment claimed() {
        return claimed(Samples.NOW);
    }

    /** The same, claimed at a time. */
    Deployment claimed(Instant at) {
        queue(Trigger.PUSH);
        return stores.queue().claim(NODE, at).orElseThrow();
    }

    /** Runs a claimed deployment to its end on this thread. */
    Deployment run(Deployment claimed) {
        DeploymentRun.of(needs(), claimed, TakeUps.NONE);
        return find(claimed);
    }

    /** Begins to run a claimed deployment on a thread of its own. */
    Thread begin(Deployment claimed) {
        return begin(claimed, TakeUps.NONE);
    }

    /** The same, taken up so often. */
    Thread begin(Deployment claimed, TakeUps takeUps) {
        RunDependencies needs = needs();
        return Thread.ofPlatform().daemon().start(() -> DeploymentRun.of(needs, claimed, takeUps));
    }

    Deployment find(Deployment deployment) {
        return stores.deployments().find(deployment.id()).orElseThrow();
    }

    Timeline timeline(Deployment deployment) {
        List<DeploymentId> id = List.of(deployment.id());
        return Timeline.of(
                deployment,
                stores.phases().of(id).getOrDefault(deployment.id(), Map.of()),
                stores.services().rollouts(List.of(deployment.id().rollout())).stream()
                        .findFirst()
                        .orElse(null));
    }

    List<LogLine> lines(Deployment deployment) {
        return stores.logs().read(deployment.id().log(), 0, 10_000);
    }

    /** The texts of a deployment's log, QUARK's own lines or the command's. */
    List<String> texts(Deployment deployment, boolean ofQuark) {
        return lines(deployment).stream()
                .filter(line -> (line.stream() == LogStream.SYSTEM) == ofQuark)
                .map(LogLine::text)
                .toList();
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > Duration.ofSeconds(30).toNanos()) {
                throw new AssertionError("What is waited for does not come");
            }
            Thread.sleep(5);
        }
    }

    /** Waits until a thread is over. */
    static void join(Thread thread) throws InterruptedException {
        if (!thread.join(Duration.ofSeconds(30))) {
            throw new AssertionError("still running: " + List.of(thread.getStackTrace()));
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
