package dev.quark.core.deployment;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.Commit;
import dev.quark.core.source.RepositoryName;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One commit on its way to being deployed, or one that was.
 *
 * @param id its id
 * @param config its config; null where that was deleted since
 * @param repository the repository
 * @param branch the branch
 * @param name the config's name when it was made
 * @param commit the commit; null until the branch's head was looked up
 * @param trigger what caused it
 * @param triggeredBy who caused it, by name
 * @param origin the earlier deployment whose release it is to bring back; null where it makes one of its own
 * @param createdAt when it was queued
 * @param state where it stands
 * @param cancelledBy who asked for the running command to be stopped; null where nobody did
 */
public record Deployment(
        DeploymentId id,
        @Nullable ConfigId config,
        RepositoryName repository,
        BranchName branch,
        ConfigName name,
        @Nullable Commit commit,
        Trigger trigger,
        String triggeredBy,
        @Nullable Origin origin,
        Instant createdAt,
        DeploymentState state,
        @Nullable String cancelledBy) {

    /** A deployment that waits for its turn. */
    public static Deployment pending(
            DeploymentId id,
            ConfigId config,
            RepositoryName repository,
            BranchName branch,
            ConfigName name,
            @Nullable Commit commit,
            Trigger trigger,
            String triggeredBy,
            Instant at) {
        return new Deployment(
                id,
                config,
                repository,
                branch,
                name,
                commit,
                trigger,
                triggeredBy,
                null,
                at,
                new DeploymentState.Pending(),
                null);
    }

    /** The same deployment, which waits for its commit's checks first. */
    public Deployment awaitingChecks(Instant until) {
        return with(origin, new DeploymentState.Pending(until));
    }

    /** This deployment, which is to bring back an earlier one's release. */
    public Deployment bringingBack(Origin earlier) {
        return with(earlier, state);
    }

    private Deployment with(@Nullable Origin changedOrigin, DeploymentState changedState) {
        return new Deployment(
                id,
                config,
                repository,
                branch,
                name,
                commit,
                trigger,
                triggeredBy,
                changedOrigin,
                createdAt,
                changedState,
                cancelledBy);
    }

    /**
     * The earlier release that a deployment brings back.
     *
     * @param deployment whose release it is
     * @param currentEnvironment whether it gets the config's variables of now instead of those that it was made with
     */
    public record Origin(DeploymentId deployment, boolean currentEnvironment) {}

    /** The state's name. */
    public DeploymentStatus status() {
        return state.status();
    }

    /** When a node began with it; null where none did. */
    public @Nullable Instant startedAt() {
        DeploymentState.Run run = run();
        return run == null ? null : run.startedAt();
    }

    /** When it ended; null while it hasn't. */
    public @Nullable Instant completedAt() {
        return state instanceof DeploymentState.Finished finished ? finished.at() : null;
    }

    /** How long it ran; null where it hasn't ended or never ran. */
    public @Nullable Duration duration() {
        Instant started = startedAt();
        Instant completed = completedAt();
        return started == null || completed == null ? null : Duration.between(started, completed);
    }

    /** The command's exit code; null where it didn't end by itself. */
    public @Nullable Integer exitCode() {
        return switch (state) {
            case DeploymentState.Completed completed -> 0;
            case DeploymentState.Failed failed -> failed.exitCode();
            default -> null;
        };
    }

    /** Why it failed or was cancelled; null otherwise. */
    public @Nullable String errorMessage() {
        return switch (state) {
            case DeploymentState.Failed failed -> failed.error();
            case DeploymentState.Cancelled cancelled -> cancelled.reason();
            default -> null;
        };
    }

    /** The node that runs it or did; null where none did. */
    public @Nullable String node() {
        DeploymentState.Run run = run();
        return run == null ? null : run.node();
    }

    private DeploymentState.@Nullable Run run() {
        return switch (state) {
            case DeploymentState.Pending pending -> null;
            case DeploymentState.InProgress inProgress -> inProgress.run();
            case DeploymentState.Completed completed -> completed.run();
            case DeploymentState.Failed failed -> failed.run();
            case DeploymentState.Cancelled cancelled -> cancelled.run();
        };
    }
}
