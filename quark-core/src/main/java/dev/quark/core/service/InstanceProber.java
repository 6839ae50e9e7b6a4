package dev.quark.core.service;

import dev.quark.core.config.HealthCheck;
import dev.quark.core.service.Instance.State;
import java.time.Duration;

/** Asks one run of an instance for its health, often until it is healthy and now and then from then on. */
final class InstanceProber implements Runnable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration WHILE_HEALTHY = Duration.ofSeconds(5);

    /** So many unhealthy answers in a row make a healthy instance unhealthy: one may be a garbage collection. */
    private static final int FAILURES = 3;

    private static final System.Logger LOG = System.getLogger(InstanceProber.class.getName());

    private final ServiceParts parts;
    private final InstanceKeeper keeper;
    private int failures;

    InstanceProber(ServiceParts parts, InstanceKeeper keeper) {
        this.parts = parts;
        this.keeper = keeper;
    }

    @Override
    public void run() {
        try {
            HealthCheck check = parts.launches()
                    .of(keeper.instance().rollout())
                    .map(launch -> launch.settings().healthCheck())
                    .orElse(HealthCheck.DEFAULT);
            while (keeper.instance().state() != State.STOPPING) {
                boolean healthy = ask(check);
                Thread.sleep(healthy ? WHILE_HEALTHY : check.interval());
            }
        } catch (InterruptedException e) {
            // Its run is over, or QUARK lets go of it.
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "An instance is no longer asked for its health", e);
        }
    }

    private boolean ask(HealthCheck check) throws InterruptedException {
        HealthProbe.Answer answer = parts.probe().ask(keeper.instance().port(), check, PATIENCE);
        if (answer instanceof HealthProbe.Answer.Healthy) {
            failures = 0;
            keeper.change(
                    before -> before.state() == State.HEALTHY ? before : before.in(State.HEALTHY, keeper.now(), null));
            return true;
        }
        String reason = answer instanceof HealthProbe.Answer.Unhealthy unhealthy
                ? unhealthy.reason()
                : "does not listen on port " + keeper.instance().port();
        failures++;
        keeper.change(before -> judge(before, reason));
        return false;
    }

    private Instance judge(Instance before, String reason) {
        return switch (before.state()) {
            case HEALTHY -> failures < FAILURES ? before : before.in(State.UNHEALTHY, keeper.now(), reason);
            case STARTING, UNHEALTHY, RESTARTING ->
                reason.equals(before.note()) ? before : before.in(before.state(), before.since(), reason);
            case FAILED, STOPPING -> before;
        };
    }
}
