package dev.quark.core.deployment;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.DeploymentState.Finished;
import dev.quark.core.deployment.DeploymentState.InProgress;
import dev.quark.core.deployment.RunControl.StoppedException;
import dev.quark.core.environment.EnvFile;
import dev.quark.core.environment.SecretMasker;
import dev.quark.core.event.EventBus;
import dev.quark.core.event.QuarkEvent;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogWriter;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.problem.QuarkException;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.process.CommandRun;
import dev.quark.core.process.CommandRunner;
import dev.quark.core.process.OutputFollower;
import dev.quark.core.source.CheckoutOutcome;
import dev.quark.core.source.Commit;
import dev.quark.core.source.SourceCheckout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One deployment's way from its claim to its outcome, in steps that can each be repeated after a crash. A run that finds
 * the work of an earlier process of QUARK goes on where that stopped. Runs on a thread of its own; interrupting the thread
 * leaves the command running and the deployment in progress, for the next start to take up.
 */
final class DeploymentRun implements Runnable {

    /** How long to wait for a database that doesn't answer. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(DeploymentRun.class.getName());

    private final RunDependencies needs;
    private final Deployment deployment;
    private final InProgress state;
    private final TakeUps takeUps;
    private final RunControl control = new RunControl();

    private DeploymentRun(RunDependencies needs, Deployment deployment, InProgress state, TakeUps takeUps) {
        this.needs = needs;
        this.deployment = deployment;
        this.state = state;
        this.takeUps = takeUps;
    }

    /** Runs a deployment that was claimed, now or by an earlier process of QUARK, on this thread. */
    static void of(RunDependencies needs, Deployment deployment, TakeUps takeUps) {
        if (deployment.state() instanceof InProgress state) {
            new DeploymentRun(needs, deployment, state, takeUps).run();
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
            forgetTakeUps();
        }
    }

    /** Being stopped is no dying of it. */
    private void forgetTakeUps() {
        try {
            takeUps.getsOn();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Deployment " + deployment.id() + " counts as broken off", e);
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
            return takeUps.isTooMany() ? givenUp(log) : timed(log);
        } catch (StoppedException e) {
            return e.reason().outcome(state, now());
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
                    now(),
                    null,
                    FullDisk.explained(e)
                            .orElseGet(() ->
                                    "QUARK could not run it: " + message(e.getCause() == null ? e : e.getCause())));
        }
    }

    private Finished givenUp(LogWriter log) throws InterruptedException {
        try {
            endCommand(log, new IllegalStateException("given up"));
        } finally {
            control.detach();
        }
        return state.fail(
                now(),
                null,
                "given up: QUARK ended " + takeUps.count() + " times while it worked on this deployment (was it killed,"
                        + " or out of memory? its own log may say); trigger it again to try once more");
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
            control.detach();
        }
    }

    private Finished steps(Release release, LogWriter log) throws InterruptedException, StoppedException {
        SecretMasker masker = SecretMasker.of(release.environment());
        CommandRunner.Recovered recovered =
                needs.commands().recover(deployment.id().run(), log.position());
        return switch (recovered) {
            case CommandRunner.Recovered.Found found -> {
                if (needs.commands().inspect(deployment.id().run()).pid() != null) {
                    takeUps.getsOn();
                }
                yield follow(found.run(), now(), release, masker, log);
            }
            case CommandRunner.Recovered.Lost lost -> follow(lost.run(), now(), release, masker, log);
            case CommandRunner.Recovered.NotStarted notStarted -> {
                control.throwIfStopped();
                yield release.folder().equals(deployment.id())
                        ? checkOut(release, masker, log)
                        : bringBack(release, masker, log);
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
        SourceCheckout.Request request = new SourceCheckout.Request(
                deployment.repository(),
                release.source(),
                deployment.branch(),
                known == null ? null : known.sha(),
                folder);
        CheckoutOutcome outcome = control.unlessStopped(() -> needs.checkout().checkOut(request));
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

    /** The folder of an earlier release is kept: nothing is to be made. */
    private Finished bringBack(Release release, SecretMasker masker, LogWriter log)
            throws InterruptedException, StoppedException {
        log.note("Bringing back the release of deployment " + release.folder(), now());
        Path folder = needs.folders().folder(release.config(), release.folder());
        return switch (prepare(release, folder, madeBy(release))) {
            case ReleaseFolders.Prepared.Refused refused -> state.fail(now(), null, refused.reason());
            case ReleaseFolders.Prepared.Ready ready -> serve(release, masker, log);
        };
    }

    /** The manifest stays that of the deployment that made the folder. */
    private String madeBy(Release release) {
        return needs.deployments()
                .find(release.folder())
                .flatMap(maker ->
                        needs.releases().find(maker.id()).map(made -> ReleaseManifest.of(maker, made, maker.commit())))
                .orElseGet(() -> ReleaseManifest.of(deployment, release, deployment.commit()));
    }

    private ReleaseFolders.Prepared prepare(Release release, Path folder, String manifest) {
        return needs.folders()
                .prepare(
                        folder,
                        release.workingDirectory(),
                        release.command(),
                        EnvFile.render(release.environment().variables()),
                        manifest);
    }

    private Finished start(Release release, Commit commit, Path folder, SecretMasker masker, LogWriter log)
            throws InterruptedException, StoppedException {
        return switch (prepare(release, folder, ReleaseManifest.of(deployment, release, commit))) {
            case ReleaseFolders.Prepared.Refused refused -> state.fail(now(), null, refused.reason());
            case ReleaseFolders.Prepared.Ready ready -> {
                ready.notes().forEach(note -> log.note(note, now()));
                control.throwIfStopped();
                Instant begin = now();
                log.note(masker.mask("Running " + release.command()), begin);
                CommandRun run = needs.commands()
                        .start(new CommandRunner.Command(
                                deployment.id().run(),
                                release.command(),
                                ready.directory(),
                                ReleaseVariables.of(deployment, release, commit, folder),
                                CommandRunner.Keep.ALL));
                takeUps.getsOn();
                yield follow(run, begin, release, masker, log);
            }
        };
    }

    private Finished follow(CommandRun run, Instant begin, Release release, SecretMasker masker, LogWriter log)
            throws InterruptedException, StoppedException {
        control.attach(run);
        needs.transitions().begin(deployment.id(), Phase.RUNNING, begin);
        OutputFollower follower = new OutputFollower(run, masker, log, needs.clock());
        CommandRun.Event end = follower.toTheEnd(limit -> control.stop(new StopReason.TooMuchOutput(limit)));
        return outcome(end, release, masker, log);
    }

    private Finished outcome(CommandRun.Event end, Release release, SecretMasker masker, LogWriter log)
            throws InterruptedException, StoppedException {
        StopReason reason = control.reasonOf(end);
        return switch (end) {
            case CommandRun.Event.Exited exited
            when exited.code() == 0 && reason == null -> serve(release, masker, log);
            case CommandRun.Event event when reason != null -> reason.outcome(state, now());
            case CommandRun.Event.Exited exited ->
                state.fail(now(), exited.code(), "the command ended with exit code " + exited.code());
            default -> state.fail(now(), null, "interrupted: the command was killed, or the machine was restarted");
        };
    }

    /** The release becomes the current one, and its service is put to work, before the status says so. */
    private Finished serve(Release release, SecretMasker masker, LogWriter log)
            throws InterruptedException, StoppedException {
        ServiceDependencies services = needs.service();
        control.detach();
        if (services == null) {
            if (release.service() != null) {
                return state.fail(
                        now(),
                        null,
                        "this QUARK runs no services: set PROXY_PORT and start it again, or take the config's service away");
            }
            needs.folders().activate(release.config(), release.folder());
            return state.complete(now());
        }
        ServiceSwitch change = new ServiceSwitch(
                needs, services, release, text -> log.note(masker.mask(text), now()), lines -> show(lines, log));
        if (release.service() == null) {
            change.toNew();
            return state.complete(now());
        }
        return serve(change, masker);
    }

    private Finished serve(ServiceSwitch change, SecretMasker masker) throws InterruptedException, StoppedException {
        control.endTimeout();
        try {
            return control.unlessStopped(change::toNew)
                    .<Finished>map(reason -> state.fail(now(), null, masker.mask(reason)))
                    .orElseGet(() -> state.complete(now()));
        } catch (StoppedException e) {
            change.undo();
            throw e;
        }
    }

    private void show(List<LogLine> lines, LogWriter log) {
        List<LogWriter.Text> texts = lines.stream()
                .map(line -> new LogWriter.Text(line.stream(), line.text()))
                .toList();
        log.note(texts.isEmpty() ? "The app printed nothing" : "What the app printed last:", now());
        log.append(texts, now(), log.position());
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
        cleanUp(() -> needs.commands().discard(deployment.id().run()));
        cleanUp(() -> needs.releases().find(deployment.id()).ifPresent(release -> retire(release, outcome)));
    }

    /** What can't be removed now is at the next start; the rest is not to wait for it. */
    private void cleanUp(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Could not clean up after deployment " + deployment.id(), e);
        }
    }

    private void retire(Release release, Finished outcome) {
        ConfigId config = release.config();
        boolean isCompleted = outcome instanceof DeploymentState.Completed;
        Set<DeploymentId> inUse = inUse(config);
        ServiceDependencies services = needs.service();
        if (isCompleted && services != null && release.service() != null) {
            cleanUp(() ->
                    services.retirement().retireBefore(config, deployment.id().rollout()));
        }
        if (!isCompleted && !inUse.contains(deployment.id())) {
            cleanUp(() -> needs.folders().discard(config, deployment.id()));
        }
        needs.folders().prune(config, release.keepReleases(), inUse);
    }

    private Set<DeploymentId> inUse(ConfigId config) {
        ServiceDependencies services = needs.service();
        return services == null
                ? Set.of()
                : new ReleasesInUse(services.services(), services.instances(), needs.releases()).of(config);
    }

    /** What the run is made with: as an earlier process of QUARK found it, or as the config says now. */
    private Release release() {
        return needs.releases().find(deployment.id()).orElseGet(() -> {
            DeploymentConfig config = Optional.ofNullable(deployment.config())
                    .flatMap(needs.configs()::find)
                    .orElseThrow(() -> new NotFoundException("its config was deleted"));
            Deployment.Origin origin = deployment.origin();
            Release release = origin == null
                    ? Release.of(
                            deployment.id(), config, needs.sources().of(config.repository(), config.cloneUrl()), now())
                    : earlier(origin, config);
            needs.releases().save(release);
            return release;
        });
    }

    /** The release of an earlier deployment: in its folder where that is kept, else to be made again. */
    private Release earlier(Deployment.Origin origin, DeploymentConfig config) {
        Release release = needs.releases()
                .find(origin.deployment())
                .orElseThrow(() -> new NotFoundException("the deployment to go back to was deleted"));
        boolean kept = needs.folders().isKept(release.config(), release.folder());
        return release.broughtBack(
                deployment.id(),
                kept ? release.folder() : deployment.id(),
                origin.currentEnvironment() ? config.environment() : release.environment(),
                now());
    }

    private Future<?> stopAfter(Release release) {
        // Looked up now that cancellations are listened for: one may have come since the deployment was claimed.
        cancellation().ifPresent(control::stop);
        Duration left = Duration.between(now(), state.run().startedAt().plus(release.timeout()));
        return needs.timer()
                .schedule(
                        () -> control.stop(new StopReason.TimedOut(release.timeout())),
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
            cancellation().ifPresent(control::stop);
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

    /**
     * A run that fails within QUARK leaves no command behind, whether it knows of one or an earlier process of QUARK started
     * it; one that is interrupted leaves it to the next start.
     */
    private void endCommand(LogWriter log, Throwable failure) throws InterruptedException {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        try {
            CommandRun run = control.attachedOr(() -> recovered(log));
            if (run == null) {
                return;
            }
            run.stop(RunControl.GRACE);
            CommandRun.Event event = run.read();
            while (!(event instanceof CommandRun.Event.Exited || event instanceof CommandRun.Event.Vanished)) {
                event = run.read();
            }
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private @Nullable CommandRun recovered(LogWriter log) {
        return switch (needs.commands().recover(deployment.id().run(), log.position())) {
            case CommandRunner.Recovered.Found found -> found.run();
            case CommandRunner.Recovered.Lost lost -> lost.run();
            case CommandRunner.Recovered.NotStarted notStarted -> null;
        };
    }

    private Instant now() {
        return needs.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String message(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
