package dev.quark.core.deployment;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ServiceSettings;
import dev.quark.core.log.LogLine;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.service.Drain;
import dev.quark.core.service.Instance;
import dev.quark.core.service.Launches;
import dev.quark.core.service.Readiness;
import dev.quark.core.service.Rollout;
import dev.quark.core.service.RolloutId;
import dev.quark.core.service.Route;
import dev.quark.core.service.Service;
import dev.quark.core.service.Traffic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Puts one release in the place of another: new instances are started, asked for their health, given the requests, and
 * watched; the old ones serve until then, and come back where the new ones fail. Every step looks first at how far an
 * earlier process of QUARK had come, so that all can be repeated. For one thread.
 */
final class ServiceSwitch {

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int ROUTER_ATTEMPTS = 15;
    private static final int LAST_LINES = 50;

    /** The share of failed requests says nothing of fewer than these. */
    private static final long FEWEST_JUDGED = 20;

    private final ServiceDependencies needs;
    private final ReleaseStore releases;
    private final ReleaseFolders folders;
    private final Transitions transitions;
    private final Clock clock;
    private final Release release;
    private final ConfigId config;
    private final RolloutId rollout;
    private final Consumer<String> log;
    private final Consumer<List<LogLine>> output;

    /**
     * @param log told what is done
     * @param output given what instances printed that did not become healthy
     */
    ServiceSwitch(
            RunDependencies run,
            ServiceDependencies needs,
            Release release,
            Consumer<String> log,
            Consumer<List<LogLine>> output) {
        this.needs = needs;
        this.releases = run.releases();
        this.folders = run.folders();
        this.transitions = run.transitions();
        this.clock = run.clock();
        this.release = release;
        this.config = release.config();
        this.rollout = release.deployment().rollout();
        this.log = log;
        this.output = output;
    }

    /**
     * Makes the release the one that serves.
     *
     * @return why it doesn't, where it doesn't: then the one before it serves as if nothing had been
     * @throws InterruptedException where the thread was interrupted: it can go on, or be {@linkplain #undo undone}
     */
    Optional<String> toNew() throws InterruptedException {
        ServiceSettings settings = release.service();
        if (settings == null) {
            folders.activate(config, release.folder());
            endService();
            return Optional.empty();
        }
        Rollout before = known();
        if (before.switchedAt() == null) {
            needs.services().save(before);
            begin(Phase.STARTING);
            Optional<String> fault = startNew(settings);
            if (fault.isPresent()) {
                undo();
                return fault;
            }
            begin(Phase.SWITCHING);
            switchToNew(settings);
        }
        Optional<String> fault = watch(settings);
        if (fault.isPresent()) {
            String back = previous().isEmpty() ? "" : "; the release before it serves again";
            undo();
            return Optional.of(fault.get() + back);
        }
        needs.services().save(known().watched());
        return Optional.empty();
    }

    private Optional<String> startNew(ServiceSettings settings) throws InterruptedException {
        log.accept("Starting " + settings.instances() + (settings.instances() == 1 ? " instance" : " instances")
                + "; they have " + settings.healthCheck().timeout().toSeconds() + " s to become healthy");
        if (instances(rollout).stream().anyMatch(instance -> instance.state() == Instance.State.STOPPING)) {
            // An earlier process of QUARK was killed while it undid this.
            needs.supervisor().stop(config, rollout::equals, settings.stop());
        }
        needs.supervisor().ensure(config, rollout, settings.instances());
        Instant begin = clock.instant();
        Instant until = begin.plus(settings.healthCheck().timeout());
        if (needs.supervisor().awaitReady(config, rollout, until) instanceof Readiness.NotReady not) {
            output.accept(needs.supervisor().lastLines(config, begin, LAST_LINES));
            return Optional.of(not.reason());
        }
        return Optional.empty();
    }

    private void switchToNew(ServiceSettings settings) throws InterruptedException {
        folders.activate(config, release.folder());
        route(rollout, settings);
        // The service first: what is noted as switched is found serving.
        needs.services().save(new Service(config, rollout, false, needs.node(), now()));
        needs.services().save(known().switched(now(), !settings.watch().isZero()));
        log.accept("Requests go to the new instances now");
    }

    /** Repeats what the router may not have heard; it does nothing where it has. */
    private void route(RolloutId to, ServiceSettings settings) throws InterruptedException {
        Route route = new Route(
                config,
                settings.hosts(),
                settings.pathPrefix(),
                settings.stripPrefix(),
                to.toString(),
                instances(to).stream().map(Instance::port).toList(),
                settings.drain());
        reachingRouter(() -> {
            needs.router().switchTo(route);
            return route;
        });
    }

    /** Waits for the end of the watch; what went wrong meanwhile. */
    private Optional<String> watch(ServiceSettings settings) throws InterruptedException {
        Rollout watched = known();
        if (!watched.watching() || watched.switchedAt() == null) {
            return Optional.empty();
        }
        begin(Phase.WATCHING);
        log.accept("Watching the new instances for " + settings.watch().toSeconds() + " s");
        Instant end = watched.switchedAt().plus(settings.watch());
        while (clock.instant().isBefore(end)) {
            Optional<String> fault = judge(settings);
            if (fault.isPresent()) {
                return fault;
            }
            Thread.sleep(Math.max(
                    1,
                    Math.min(
                            LOOK.toMillis(),
                            Duration.between(clock.instant(), end).toMillis())));
        }
        return judge(settings);
    }

    private Optional<String> judge(ServiceSettings settings) {
        int crashes = needs.supervisor().crashes(config, rollout);
        if (crashes > 0) {
            return Optional.of("an instance crashed within watch_seconds: see the service's log");
        }
        Traffic traffic = needs.router()
                .traffic(config)
                .filter(counted -> counted.release().equals(rollout.toString()))
                .orElse(null);
        if (traffic == null) {
            return Optional.empty();
        }
        long failed = traffic.serverErrors() + traffic.failures();
        long all = traffic.responses() + traffic.failures();
        boolean tooMany = all >= FEWEST_JUDGED && failed * 100 > all * settings.watchMaxFailurePercent();
        return tooMany
                ? Optional.of(failed + " of " + all + " requests failed within watch_seconds, more than "
                        + settings.watchMaxFailurePercent() + " %: see the service's log")
                : Optional.empty();
    }

    /** Brings back what served before, and stops the new instances. */
    void undo() throws InterruptedException {
        ServiceSettings settings = release.service();
        if (settings == null) {
            return;
        }
        boolean served = hasRequests();
        // First: a QUARK that is killed from here on begins anew, and doesn't take what is half undone for switched.
        needs.services().save(Rollout.starting(rollout, config));
        if (served) {
            Optional<RolloutId> old = previous();
            if (old.isPresent()) {
                backTo(old.get());
            } else {
                needs.retirement().end(config);
            }
        }
        needs.supervisor().stop(config, rollout::equals, settings.stop());
    }

    private boolean hasRequests() throws InterruptedException {
        return reachingRouter(() -> needs.router().routes().stream()
                .anyMatch(route ->
                        route.config().equals(config) && route.release().equals(rollout.toString())));
    }

    private <T> T reachingRouter(Supplier<T> call) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (UnavailableException e) {
                if (attempt == ROUTER_ATTEMPTS) {
                    // No database that comes back by itself: the deployment fails, and both releases' instances go on.
                    throw new IllegalStateException(e.getMessage(), e);
                }
                Thread.sleep(LOOK);
            }
        }
    }

    private void backTo(RolloutId old) throws InterruptedException {
        Launches.Launch launch = needs.launches()
                .of(old)
                .orElseThrow(() -> new IllegalStateException("The release of " + old + " is gone"));
        log.accept("Going back to the release before");
        route(old, launch.settings());
        releases.find(new DeploymentId(old.value())).ifPresent(before -> folders.activate(config, before.folder()));
        needs.services().save(new Service(config, old, false, needs.node(), now()));
        while (needs.router().awaitDrain(config, old.toString(), Duration.ofMinutes(1)) instanceof Drain.UnderWay) {
            // Requests that the new instances have begun may finish.
        }
    }

    /** The config's service was taken out of its settings: the app stops with this release. */
    private void endService() throws InterruptedException {
        if (needs.services().find(config).isPresent()) {
            log.accept("The config has no service any more: its instances stop when their requests are over");
            needs.retirement().end(config);
        }
    }

    private Rollout known() {
        return needs.services().rollouts(List.of(rollout)).stream()
                .findFirst()
                .orElseGet(() -> Rollout.starting(rollout, config));
    }

    /** The newest rollout before this one that still has instances. */
    private Optional<RolloutId> previous() {
        return needs.instances().ofConfig(config).stream()
                .filter(instance -> instance.state() != Instance.State.STOPPING)
                .map(Instance::rollout)
                .filter(other -> other.isBefore(rollout))
                .max(Comparator.naturalOrder());
    }

    private List<Instance> instances(RolloutId of) {
        return needs.instances().ofConfig(config).stream()
                .filter(instance -> instance.rollout().equals(of))
                .toList();
    }

    private void begin(Phase phase) {
        transitions.begin(release.deployment(), phase, now());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
