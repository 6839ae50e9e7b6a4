package dev.quark.core.deployment;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ServiceSettings;
import dev.quark.core.log.LiveLogs;
import dev.quark.core.process.RunId;
import dev.quark.core.service.HealthProbe;
import dev.quark.core.service.InMemoryTrafficRouter;
import dev.quark.core.service.Instance;
import dev.quark.core.service.Retirement;
import dev.quark.core.service.Route;
import dev.quark.core.service.ServiceParts;
import dev.quark.core.service.ServiceSupervisor;
import dev.quark.core.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A {@link RunWorld} whose config has a service; its instances are scripted, and healthy where a test says so. */
final class ServiceWorld implements AutoCloseable {

    final RunWorld run = new RunWorld();
    final ConfigId config = run.config.id();
    final InMemoryTrafficRouter router = new InMemoryTrafficRouter(run.clock);
    final Set<Integer> unhealthy = ConcurrentHashMap.newKeySet();
    volatile boolean healthy = true;

    private final AtomicInteger ports = new AtomicInteger(20_000);
    private ServiceSupervisor supervisor;

    ServiceWorld() {
        this(unwatched());
    }

    ServiceWorld(ServiceSettings service) {
        run.stores.configs().update(config, before -> Samples.withService(before, service));
        supervisor = start();
    }

    /** Three instances, and no watch. */
    static ServiceSettings unwatched() {
        ServiceSettings watched = Samples.service("app.example.com");
        return new ServiceSettings(
                watched.startCommand(),
                watched.hosts(),
                watched.pathPrefix(),
                watched.stripPrefix(),
                watched.instances(),
                watched.healthCheck(),
                watched.drain(),
                watched.stop(),
                Duration.ZERO,
                5);
    }

    /** QUARK was killed and is started again; processes go on. */
    void restart() {
        letGo();
        run.commands = run.commands.restarted();
        run.runner = run.commands;
        supervisor = start();
    }

    private ServiceSupervisor start() {
        ReleaseLaunches launches = new ReleaseLaunches(run.deployments, run.stores.releases(), run.folders);
        HealthProbe probe = (port, check, atMost) -> healthy && !unhealthy.contains(port)
                ? new HealthProbe.Answer.Healthy()
                : new HealthProbe.Answer.Unhealthy("answers GET /health with 500");
        ServiceSupervisor started = new ServiceSupervisor(new ServiceParts(
                run.stores.services(),
                run.stores.instances(),
                run.commands,
                probe,
                ports::getAndIncrement,
                launches,
                new LiveLogs(run.logs),
                run.logs,
                run.events,
                () -> new RunId(Samples.id()),
                run.clock,
                RunWorld.NODE));
        Retirement retirement =
                new Retirement(run.stores.services(), run.stores.instances(), started, router, launches, run.clock);
        run.service = new ServiceDependencies(
                run.stores.services(), run.stores.instances(), started, retirement, router, launches, RunWorld.NODE);
        started.start();
        retirement.start(RunWorld.NODE);
        return started;
    }

    ManageService manage() {
        return new ManageService(run.configs, run.deployments, parts(), new LiveLogs(run.logs), run.audit(), run.clock);
    }

    ServiceDependencies parts() {
        return Objects.requireNonNull(run.service);
    }

    private void letGo() {
        parts().retirement().close();
        supervisor.close();
    }

    List<Instance> instances() {
        return run.stores.instances().ofConfig(config);
    }

    /** The instances of one deployment. */
    List<Instance> instances(Deployment of) {
        return instances().stream()
                .filter(instance -> instance.rollout().equals(of.id().rollout()))
                .toList();
    }

    Route route() {
        return router.routes().getFirst();
    }

    /** Deploys once more, to the end; the next run of the command works. */
    Deployment deploy() {
        return run.run(run.claimed());
    }

    void awaitOnly(Deployment deployment) throws InterruptedException {
        RunWorld.await(() -> instances().equals(instances(deployment)));
    }

    @Override
    public void close() {
        letGo();
        run.close();
    }
}
