package dev.quark.app;

import dev.quark.core.deployment.ManageService;
import dev.quark.core.deployment.ReleaseLaunches;
import dev.quark.core.deployment.ServiceDependencies;
import dev.quark.core.event.EventBus;
import dev.quark.core.identity.Audit;
import dev.quark.core.log.LiveLogs;
import dev.quark.core.process.RunId;
import dev.quark.core.service.Retirement;
import dev.quark.core.service.ServiceParts;
import dev.quark.core.service.ServiceSupervisor;
import dev.quark.persistence.Persistence;
import dev.quark.runner.Runner;
import dev.quark.runner.router.Router;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/** What runs the deployed apps, put together: their instances and the router before them. */
final class Services implements AutoCloseable {

    private final Router router;
    private final ServiceDependencies parts;
    private final ManageService manage;

    /** Runs nothing yet. */
    Services(
            Router router,
            Persistence store,
            Runner runner,
            LiveLogs logs,
            EventBus events,
            Audit audit,
            Supplier<UUID> ids,
            Clock clock,
            String node) {
        ReleaseLaunches launches = new ReleaseLaunches(store.deployments(), store.releases(), runner.folders());
        ServiceSupervisor supervisor = new ServiceSupervisor(new ServiceParts(
                store.services(),
                store.instances(),
                runner.commands(),
                runner.probe(),
                runner.ports(),
                launches,
                logs,
                store.logs(),
                events,
                () -> new RunId(ids.get()),
                clock,
                node));
        Retirement retirement =
                new Retirement(store.services(), store.instances(), supervisor, router.routes(), launches, clock);
        this.router = router;
        this.parts = new ServiceDependencies(
                store.services(), store.instances(), supervisor, retirement, router.routes(), launches, node);
        this.manage = new ManageService(store.configs(), store.deployments(), parts, logs, audit, clock);
    }

    ServiceDependencies parts() {
        return parts;
    }

    ManageService manage() {
        return manage;
    }

    ServiceMetrics metrics(Persistence store) {
        return new ServiceMetrics(store.services(), store.instances(), store.deployments(), router.routes());
    }

    /** Takes up what runs, and goes on with what an earlier process of QUARK had begun. */
    void start() {
        router.start();
        parts.supervisor().start();
        parts.retirement().start(parts.node());
    }

    /** Lets go of the instances and the router, which go on. */
    @Override
    public void close() {
        parts.retirement().close();
        parts.supervisor().close();
        router.close();
    }
}
