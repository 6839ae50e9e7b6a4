package dev.quark.core.deployment;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.DeploymentState.Finished;
import dev.quark.core.deployment.DeploymentState.InProgress;
import dev.quark.core.environment.EnvFile;
import dev.quark.core.environment.SecretMasker;
import dev.quark.core.event.EventBus;
import dev.quark.core.event.QuarkEvent;
import dev.quark.core.log.LogWriter;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.problem.QuarkException;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CheckoutOutcome;
import dev.quark.core.source.Commit;
import dev.quark.core.source.SourceCheckout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One deployment's way from its claim to its outcome, in steps that can each be repeated after a crash. A run that finds
 * the work of an earlier process of QUARK goes on where that stopped. Runs on a thread of its own; interrupting the thread
 * leaves the command running and the deployment in progress, for the next start to take up.
 */
final class DeploymentRun implements Runnable {

    /** How long a command has between SIGTERM and SIGKILL. */
    static final Duration GRACE = Duration.ofSeconds(10);

    /** How long to wait for a database that doesn't answer. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(DeploymentRun.class.getName());

    private final RunDependencies needs;
    private final Deployment deployment;
    private final InProgress state;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private @Nullable StopReason stop;
    private @Nullable CommandRun command;
    private boolean commandHadEnded;
    private boolean interruptible;

    private DeploymentRun(RunDependencies needs, Deployment deployment, InProgress state) {
        this.needs = needs;
        this.deployment = deployment;
        this.state = state;
        this.thread = Thread.currentThread();
    }

    /** Runs a deployment that was claimed, now or by an earlier process of QUARK, on this thread. */
    static void of(RunDependencies needs, Deployment deployment) {
        if (deployment.state() instanceof InProgress state) {
            new DeploymentRun(needs, deployment, state).run();
        } else {
            throw new IllegalArgumentException("Only a deployment in progress can be run: " + deployment.id());
        }
    }

    @Override
    public void run() {
        try (EventBus.Subscription cancellations = needs.events().subscribe(this::listen)) {
            finish(outcome());
        } catch (InterruptedException e) {
            LOG.log(System.Logger.Level.INFO, "Deployment " + deployment.id() + " goes on without QUARK");
        }
    }

    /** While the database doesn't answer, the command goes on; then the run takes it up as it would after a crash. */
    private Finished outcome() throws InterruptedException {
        while (true) {
            try (LogWriter log = needs.logs().write(deployment.id().log())) {
                return attempt(log);
            } catch (UnavailableException e) {
                LOG.log(System.Logger.Level.ERROR, "Deployment " + deployment.id() + " waits for the database", e);
                Thread.sleep(RETRY);
            }
        }
    }

    private Finished attempt(LogWriter log) throws InterruptedException {
        try {
            return timed(log);
        } catch (StoppedException e) {
            return e.reason.outcome(state, now());
        } catch (UnavailableException e) {
            throw e;
        } catch (QuarkException e) {
            return state.fail(now(), null, message(e));
        } catch (RuntimeException | Error e) {
            if (Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException().initCause(e);
            }
            LOG.log(System.Logger.Level.ERROR, "Deployment " + deployment.id() + " failed within QUARK", e);
            return state.fail(
                    now(), null, "QUARK could not run it: " + message(e.getCause() == null ? e : e.getCause()));
        }
    }

    private Finished timed(LogWriter log) throws InterruptedException, StoppedException {
        try {
            Release release = release();
            Future<?> timeout = stopAfter(release);
            try {
                return steps(release, log);
            } finally {
                timeout.cancel(false);
            }
        } catch (UnavailableException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            endCommand(log, e);
            throw e;
        } finally {
            forgetCommand();
        }
    }

    private Finished steps(Release release, LogWriter log) throws InterruptedException, StoppedException {
        SecretMasker masker = SecretMasker.of(release.environment());
        CommandRunner.Recovered recovered = needs.commands().recover(deployment.id(), log.position());
        return switch (recovered) {
            case CommandRunner.Recovered.Found found -> follow(found.run(), release, masker, log);
            case CommandRunner.Recovered.Lost lost -> follow(lost.run(), release, masker, log);
            case CommandRunner.Recovered.NotStarted notStarted -> {
                throwIfStopped();
                yield checkOut(release, masker, log);
            }
        };
    }

    private Finished checkOut(Release release, SecretMasker masker, LogWriter log)
            throws InterruptedException, StoppedException {
        Path folder = needs.folders().folder(release.config(), deployment.id());
        Commit known = deployment.commit();
        log.note(
                "Checking out " + (known == null ? deployment.branch() : known.sha()) + " of "
                        + deployment.repository(),
                now());
        CheckoutOutcome outcome = checkOutUnlessStopped(new SourceCheckout.Request(
                deployment.repository(),
                release.source(),
                deployment.branch(),
                known == null ? null : known.sha(),
                folder));
        return switch (outcome) {
            case CheckoutOutcome.Refused refused -> state.fail(now(), null, refused.reason());
            case CheckoutOutcome.CheckedOut out -> {
                needs.deployments().recordCommit(deployment.id(), out.commit());
                if (known == null) {
                    needs.events().publish(new DeploymentEvent.CommitKnown(deployment.id()));
                }
                yield start(release, out.commit(), folder, masker, log);
            }
        };
    }

    private Finished start(Release release, Commit commit, Path folder, SecretMasker masker, LogWriter log)
            throws InterruptedException, StoppedException {
        ReleaseFolders.Prepared prepared = needs.folders()
                .prepare(
                        folder,
                        release.workingDirectory(),
                        release.command(),
                        EnvFile.render(release.environment().variables()));
        return switch (prepared) {
            case ReleaseFolders.Prepared.Refused refused -> state.fail(now(), null, refused.reason());
            case ReleaseFolders.Prepared.Ready ready -> {
                ready.notes().forEach(note -> log.note(note, now()));
                throwIfStopped();
                log.note(masker.mask("Running " + release.command()), now());
                CommandRun run = needs.commands()
                        .start(new CommandRunner.Command(
                                deployment.id(),
                                release.command(),
                                ready.directory(),
                                variables(release, commit, folder)));
                yield follow(run, release, masker, log);
            }
        };
    }

    private Finished follow(CommandRun run, Release release, SecretMasker masker, LogWriter log)
            throws InterruptedException {
        lock.lock();
        try {
            command = run;
            if (stop != null) {
                commandHadEnded = !run.stop(GRACE);
            }
        } finally {
            lock.unlock();
        }
        OutputFollower follower = new OutputFollower(run, masker, log, needs.clock());
        CommandRun.Event end = follower.toTheEnd(limit -> requestStop(new StopReason.TooMuchOutput(limit)));
        return outcome(end, release);
    }

    private Finished outcome(CommandRun.Event end, Release release) {
        StopReason reason = effectiveStop(end);
        return switch (end) {
            case CommandRun.Event.Exited exited
            when exited.code() == 0 && reason == null -> {
                // The release becomes the current one before the status says so.
                needs.folders().activate(release.config(), deployment.id());
                yield state.complete(now());
            }
            case CommandRun.Event event when reason != null -> reason.outcome(state, now());
            case CommandRun.Event.Exited exited ->
                state.fail(now(), exited.code(), "the command ended with exit code " + exited.code());
            default -> state.fail(now(), null, "interrupted: the command was killed, or the machine was restarted");
        };
    }

    /** Stores the outcome, then cleans up; what a crash leaves over is cleaned up at the next start. */
    private void finish(Finished outcome) throws InterruptedException {
        boolean noted = false;
        while (true) {
            try (LogWriter log = needs.logs().write(deployment.id().log())) {
                if (!noted) {
                    note(outcome, log);
                    noted = true;
                }
                needs.transitions().move(deployment.id(), state, outcome);
                break;
            } catch (RuntimeException e) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "The outcome of deployment " + deployment.id() + " is not stored yet",
                        e);
                Thread.sleep(RETRY);
            }
        }
        cleanUp(outcome);
    }

    private void note(Finished outcome, LogWriter log) {
        switch (outcome) {
            case DeploymentState.Failed failed -> log.note("Failed: " + failed.error(), now());
            case DeploymentState.Cancelled cancelled -> log.note("Stopped: " + cancelled.reason(), now());
            case DeploymentState.Completed completed -> {}
        }
    }

    private void cleanUp(Finished outcome) {
        try {
            needs.commands().discard(deployment.id());
            Release release = needs.releases().find(deployment.id()).orElse(null);
            if (release != null) {
                if (!(outcome instanceof DeploymentState.Completed)) {
                    needs.folders().discard(release.config(), deployment.id());
                }
                needs.folders().prune(release.config(), release.keepReleases());
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Could not clean up after deployment " + deployment.id(), e);
        }
    }

    /** What the run is made with: as an earlier process of QUARK found it, or as the config says now. */
    private Release release() {
        return needs.releases().find(deployment.id()).orElseGet(() -> {
            DeploymentConfig config = Optional.ofNullable(deployment.config())
                    .flatMap(needs.configs()::find)
                    .orElseThrow(() -> new NotFoundException("its config was deleted"));
            Release release = Release.of(
                    deployment.id(), config, needs.sources().of(config.repository(), config.cloneUrl()), now());
            needs.releases().save(release);
            return release;
        });
    }

    private Map<String, Secret> variables(Release release, Commit commit, Path folder) {
        Map<String, Secret> variables = new LinkedHashMap<>();
        release.environment().variables().forEach((name, value) -> variables.put(name.value(), value));
        variables.put("DEPLOYMENT_ID", Secret.of(deployment.id().toString()));
        variables.put("REPO_NAME", Secret.of(deployment.repository().value()));
        variables.put("COMMIT_SHA", Secret.of(commit.sha().value()));
        variables.put("BRANCH", Secret.of(deployment.branch().value()));
        variables.put("RELEASE_DIR", Secret.of(folder.toString()));
        return variables;
    }

    private Future<?> stopAfter(Release release) {
        // Looked up now that cancellations are listened for: one may have come since the deployment was claimed.
        cancellation().ifPresent(this::requestStop);
        Duration left = Duration.between(now(), state.run().startedAt().plus(release.timeout()));
        return needs.timer()
                .schedule(
                        () -> requestStop(new StopReason.TimedOut(release.timeout())),
                        Math.max(0, left.toMillis()),
                        TimeUnit.MILLISECONDS);
    }

    private void listen(QuarkEvent event) {
        if (event instanceof DeploymentEvent.CancellationRequested request
                && request.deployment().equals(deployment.id())) {
            needs.timer().execute(this::stopIfCancelled);
        }
    }

    private void stopIfCancelled() {
        try {
            cancellation().ifPresent(this::requestStop);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "Whether " + deployment.id() + " was cancelled can't be seen yet", e);
            Future<?> unused = needs.timer().schedule(this::stopIfCancelled, RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Optional<StopReason> cancellation() {
        return needs.deployments()
                .find(deployment.id())
                .map(Deployment::cancelledBy)
                .map(StopReason.Cancelled::new);
    }

    private CheckoutOutcome checkOutUnlessStopped(SourceCheckout.Request request)
            throws InterruptedException, StoppedException {
        lock.lock();
        try {
            throwIfStopped();
            interruptible = true;
        } finally {
            lock.unlock();
        }
        CheckoutOutcome outcome;
        try {
            outcome = needs.checkout().checkOut(request);
        } catch (InterruptedException | RuntimeException e) {
            leaveCheckout();
            throw e;
        }
        leaveCheckout();
        return outcome;
    }

    /** Whatever a checkout made of being interrupted: where it was to be stopped, it is. */
    private void leaveCheckout() throws StoppedException {
        lock.lock();
        try {
            interruptible = false;
            if (stop != null) {
                Thread.interrupted();
                throw new StoppedException(stop);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The first reason counts. A checkout is interrupted; a command is stopped; between them the next step looks. */
    private void requestStop(StopReason reason) {
        lock.lock();
        try {
            if (stop != null) {
                return;
            }
            stop = reason;
            if (interruptible) {
                thread.interrupt();
            }
            if (command != null) {
                commandHadEnded = !command.stop(GRACE);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Why the command was stopped; null where nobody stopped it, or only after it had succeeded. */
    private @Nullable StopReason effectiveStop(CommandRun.Event end) {
        lock.lock();
        try {
            boolean tooLate = commandHadEnded && end instanceof CommandRun.Event.Exited(int code) && code == 0;
            return tooLate ? null : stop;
        } finally {
            lock.unlock();
        }
    }

    private void throwIfStopped() throws StoppedException {
        lock.lock();
        try {
            if (stop != null) {
                throw new StoppedException(stop);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * A run that fails within QUARK leaves no command behind, whether it knows of one or an earlier process of QUARK started
     * it; one that is interrupted leaves it to the next start.
     */
    private void endCommand(LogWriter log, Throwable failure) throws InterruptedException {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        try {
            CommandRun run = commandOrRecovered(log);
            if (run == null) {
                return;
            }
            run.stop(GRACE);
            CommandRun.Event event = run.read();
            while (!(event instanceof CommandRun.Event.Exited || event instanceof CommandRun.Event.Vanished)) {
                event = run.read();
            }
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private @Nullable CommandRun commandOrRecovered(LogWriter log) {
        lock.lock();
        try {
            if (command == null) {
                command = switch (needs.commands().recover(deployment.id(), log.position())) {
                    case CommandRunner.Recovered.Found found -> found.run();
                    case CommandRunner.Recovered.Lost lost -> lost.run();
                    case CommandRunner.Recovered.NotStarted notStarted -> null;
                };
            }
            return command;
        } finally {
            lock.unlock();
        }
    }

    private void forgetCommand() {
        lock.lock();
        try {
            if (command != null) {
                command.close();
                command = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private Instant now() {
        return needs.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String message(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Leaves the steps: the deployment is to be stopped, and no command runs. */
    private static final class StoppedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient StopReason reason;

        StoppedException(StopReason reason) {
            super(null, null, false, false);
            this.reason = reason;
        }
    }
}
