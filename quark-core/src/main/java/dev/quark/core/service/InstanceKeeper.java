package dev.quark.core.service;

import dev.quark.core.config.ServiceSettings;
import dev.quark.core.environment.Environment;
import dev.quark.core.environment.SecretMasker;
import dev.quark.core.log.LogWriter;
import dev.quark.core.log.OutputLog;
import dev.quark.core.log.SpoolPosition;
import dev.quark.core.process.CommandRun;
import dev.quark.core.process.CommandRunner;
import dev.quark.core.process.OutputFollower;
import dev.quark.core.process.RunId;
import dev.quark.core.secret.Secret;
import dev.quark.core.service.Instance.State;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one instance running until it is to stop: starts it or takes it up, stores what it prints, starts it again when it
 * crashes. Interrupting its thread lets go of the instance, which goes on.
 */
final class InstanceKeeper implements Runnable {

    /** Who has run for so long has not crashed "in a row". */
    private static final Duration STEADY = Duration.ofMinutes(1);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(InstanceKeeper.class.getName());

    private final ServiceParts parts;
    private final ServiceLog log;
    private final Runnable changed;
    private final Object lock = new Object();

    // Guarded by the lock.
    private Instance instance;
    private @Nullable CommandRun running;
    private @Nullable Duration stopGrace;
    private boolean gone;

    /** @param changed told when the instance is in another state, or gone */
    InstanceKeeper(ServiceParts parts, ServiceLog log, Instance instance, Runnable changed) {
        this.parts = parts;
        this.log = log;
        this.instance = instance;
        this.changed = changed;
    }

    /** The instance as it is now. */
    Instance instance() {
        synchronized (lock) {
            return instance;
        }
    }

    /** Whether nothing is left of it. */
    boolean isGone() {
        synchronized (lock) {
            return gone;
        }
    }

    /** Begins to stop the instance. A second call does nothing. */
    void stop(Duration grace) {
        change(before -> before.in(State.STOPPING, now(), null));
        synchronized (lock) {
            if (stopGrace == null) {
                stopGrace = grace;
                if (running != null) {
                    running.stop(grace);
                }
                lock.notifyAll();
            }
        }
    }

    @Override
    public void run() {
        boolean again = true;
        while (again) {
            try {
                keep();
                again = false;
            } catch (InterruptedException e) {
                again = false;
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "Instance " + name() + " is taken up again", e);
                again = pause(RETRY);
            }
        }
    }

    private void keep() throws InterruptedException {
        if (instance().state() == State.STOPPING && stopping() == null) {
            stop(parts.launches()
                    .of(instance().rollout())
                    .map(launch -> launch.settings().stop())
                    .orElse(Duration.ofSeconds(10)));
        }
        while (true) {
            if (instance().state() == State.FAILED) {
                awaitStop();
            }
            RunId run = instance().run();
            String end = follow(run);
            if (stopping() != null) {
                parts.commands().discard(run);
                parts.instances().remove(instance());
                end();
                return;
            }
            Duration pause = afterEnd(end);
            discard(run);
            awaitStopFor(pause);
        }
    }

    /** Follows the present run to its end, starting it where it wasn't; how it ended. Empty where it was gone already. */
    private String follow(RunId run) throws InterruptedException {
        OutputLog output = log.of(run);
        return switch (parts.commands().recover(run, output.position())) {
            case CommandRunner.Recovered.Found found -> follow(found.run(), output);
            case CommandRunner.Recovered.Lost lost -> {
                follow(lost.run(), output);
                yield "";
            }
            case CommandRunner.Recovered.NotStarted notStarted -> {
                if (stopping() != null || instance().state() == State.FAILED) {
                    yield "";
                }
                Optional<Launches.Launch> launch =
                        parts.launches().of(instance().rollout());
                yield launch.isPresent()
                        ? follow(parts.commands().start(command(run, launch.get())), output)
                        : "its release is gone";
            }
        };
    }

    private String follow(CommandRun run, OutputLog output) throws InterruptedException {
        try (run) {
            began(run);
            Thread prober = Thread.ofVirtual().name("probe-" + name()).start(new InstanceProber(parts, this));
            try {
                Optional<Launches.Launch> launch =
                        parts.launches().of(instance().rollout());
                // Without its release nobody knows what is secret: what it prints is not stored.
                OutputFollower follower = new OutputFollower(
                        run,
                        launch.map(Launches.Launch::masker).orElseGet(() -> SecretMasker.of(Environment.EMPTY)),
                        launch.isPresent() ? output : new Unstored(output.position()),
                        parts.clock());
                return describe(follower.toTheEnd(limit -> {}));
            } finally {
                prober.interrupt();
                prober.join();
            }
        } finally {
            synchronized (lock) {
                running = null;
            }
        }
    }

    private void began(CommandRun run) {
        synchronized (lock) {
            running = run;
            if (stopGrace != null) {
                run.stop(stopGrace);
            }
        }
    }

    private static String describe(CommandRun.Event end) {
        return end instanceof CommandRun.Event.Exited exited
                ? "it ended with exit code " + exited.code()
                : "it was killed";
    }

    private CommandRunner.Command command(RunId run, Launches.Launch launch) {
        ServiceSettings settings = launch.settings();
        Map<String, Secret> variables = new LinkedHashMap<>(launch.variables());
        variables.put("PORT", Secret.of(Integer.toString(instance().port())));
        variables.put("INSTANCE", Secret.of(Integer.toString(instance().number())));
        log.note("Starting instance " + name() + " on port " + instance().port());
        return new CommandRunner.Command(
                run, settings.startCommand(), launch.directory(), variables, CommandRunner.Keep.UNREAD);
    }

    /** Notes why it ended; one that was ever healthy is to be started again, after a pause. */
    private Duration afterEnd(String end) {
        Instance before = instance();
        if (end.isEmpty()) {
            log.note("Instance " + name() + " was gone when QUARK looked for it: starting it again");
            change(lost -> lost.again(parts.runs().get(), now()));
            return Duration.ZERO;
        }
        boolean everHealthy = before.restarts() > 0 || before.state() != State.STARTING;
        if (!everHealthy) {
            change(failed -> failed.in(State.FAILED, now(), end));
            return Duration.ZERO;
        }
        boolean inARow =
                Duration.between(before.since(), now()).compareTo(STEADY) < 0 || before.state() != State.HEALTHY;
        change(crashed -> crashed.crashed(parts.runs().get(), now(), inARow, end));
        Duration pause = pauseAfter(instance().crashes());
        log.note("Instance " + name() + " crashed: " + end + "; starting it again in " + pause.toSeconds() + " s"
                + (instance().crashes() >= Instance.MOST_CRASHES
                        ? " (" + instance().crashes() + " crashes in a row: it is unhealthy)"
                        : ""));
        return pause;
    }

    /** After its end is noted: what can't be removed now is at the next start, but what happened is not to be forgotten. */
    private void discard(RunId run) {
        try {
            parts.commands().discard(run);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "What instance " + name() + " printed stays on disk for now", e);
        }
    }

    private void awaitStopFor(Duration pause) throws InterruptedException {
        synchronized (lock) {
            long deadline = System.nanoTime() + pause.toNanos();
            for (long left = pause.toNanos(); stopGrace == null && left > 0; left = deadline - System.nanoTime()) {
                lock.wait(Math.max(1, left / 1_000_000));
            }
        }
    }

    /** Doubles with each crash in a row. */
    static Duration pauseAfter(int crashes) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(crashes - 1, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private void awaitStop() throws InterruptedException {
        synchronized (lock) {
            while (stopGrace == null) {
                lock.wait();
            }
        }
    }

    /** Stores a change of the instance, unless it is being stopped. */
    void change(UnaryOperator<Instance> change) {
        synchronized (lock) {
            Instance before = instance;
            Instance after = before.state() == State.STOPPING ? before : change.apply(before);
            if (!after.equals(before)) {
                parts.instances().update(after);
                instance = after;
            }
        }
        tell();
    }

    private void end() {
        synchronized (lock) {
            gone = true;
        }
        tell();
    }

    private void tell() {
        changed.run();
        parts.events().publish(new ServiceEvent(instance().config()));
    }

    private @Nullable Duration stopping() {
        synchronized (lock) {
            return stopGrace;
        }
    }

    Instant now() {
        return parts.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private String name() {
        return instance().number() + " of " + instance().rollout();
    }

    private static boolean pause(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** Passes over what is printed. */
    private static final class Unstored implements OutputLog {

        private SpoolPosition position;

        Unstored(SpoolPosition position) {
            this.position = position;
        }

        @Override
        public SpoolPosition position() {
            return position;
        }

        @Override
        public void append(List<LogWriter.Text> texts, Instant at, SpoolPosition after) {
            position = after;
        }

        @Override
        public int readers() {
            return 0;
        }
    }
}
