package dev.quark.runner;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.ReleaseFolders;
import dev.quark.core.process.CommandRunner;
import dev.quark.core.process.RunId;
import dev.quark.core.service.HealthProbe;
import dev.quark.core.service.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The door to this module: runs commands and keeps releases in one {@code DATA_DIR}. Safe for use by many threads. */
public final class Runner implements AutoCloseable {

    private final Path apps;
    private final ProcessCommandRunner commands;
    private final FileReleaseFolders folders;
    private final SpoolWatch watch;
    private final HttpHealthProbe probe = new HttpHealthProbe();
    private final LoopbackPorts ports = new LoopbackPorts(new SecureRandom().nextInt());

    private Runner(Path apps, ProcessCommandRunner commands, FileReleaseFolders folders, SpoolWatch watch) {
        this.apps = apps;
        this.commands = commands;
        this.folders = folders;
        this.watch = watch;
    }

    /**
     * Opens a runner; there is to be one per {@code DATA_DIR}. Nothing is run, removed or taken up yet.
     *
     * @throws UncheckedIOException where the folders can't be made
     */
    public static Runner open(Settings settings) {
        Path apps = settings.dataDirectory().resolve("apps");
        Path runs = settings.dataDirectory().resolve("runs");
        try {
            Folders.make(apps, Folders.SHARED);
            Folders.make(runs, Folders.PRIVATE);
        } catch (IOException e) {
            throw new UncheckedIOException("The folders in " + settings.dataDirectory() + " can't be made", e);
        }
        Cgroups cgroups = settings.cgroups() ? Cgroups.find() : Cgroups.none();
        SpoolWatch watch = SpoolWatch.open();
        return new Runner(
                apps,
                new ProcessCommandRunner(runs, settings.outputLimitBytes(), cgroups, watch),
                new FileReleaseFolders(apps),
                watch);
    }

    /** Runs deploy commands. */
    public CommandRunner commands() {
        return commands;
    }

    /** Asks instances for their health. */
    public HealthProbe probe() {
        return probe;
    }

    /** Finds ports for instances. */
    public Ports ports() {
        return ports;
    }

    /** Keeps releases. */
    public ReleaseFolders folders() {
        return folders;
    }

    /**
     * Removes what crashes left over of runs whose outcome is stored: spooled output and empty cgroups. Processes are left
     * alone. To be called at the start, before anything is run.
     *
     * @param stillRunning whether a run may yet be taken up
     */
    public void sweep(Predicate<RunId> stillRunning) {
        commands.sweep(stillRunning);
    }

    /**
     * Removes what crashes left over of releases: those of removed configs, and of deployments that did not succeed. Of
     * what the store doesn't know, nothing is removed. May be called while commands run.
     *
     * @param isThere whether the store has a config
     * @param status a deployment's status; empty where the store doesn't know it
     */
    public void sweepReleases(Predicate<ConfigId> isThere, Function<DeploymentId, Optional<DeploymentStatus>> status) {
        new LeftoverReleases(apps, folders, isThere, status).remove();
    }

    /** Gives up watching; commands go on. */
    @Override
    public void close() {
        watch.close();
        probe.close();
    }
}
