package dev.quark.core.deployment;

import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import dev.quark.core.problem.ConflictException;

/** Removes a deployment that doesn't run: its record, its log, and its release's folder if that isn't the current one. */
public final class DeleteDeployment {

    private final DeploymentStore deployments;
    private final ReleaseFolders folders;
    private final Audit audit;

    /** Removes deployments from a store. */
    public DeleteDeployment(DeploymentStore deployments, ReleaseFolders folders, Audit audit) {
        this.deployments = deployments;
        this.folders = folders;
        this.audit = audit;
    }

    /**
     * Removes a deployment.
     *
     * @throws ConflictException where it is in progress
     */
    public void delete(DeploymentId id, Actor actor) {
        Deployment deployment = deployments.find(id).orElseThrow(DeploymentId::notFound);
        if (!deployments.remove(id)) {
            throw new ConflictException("The deployment is running: cancel it first.");
        }
        if (deployment.config() != null) {
            folders.discard(deployment.config(), id);
        }
        audit.record(
                actor,
                "deployment.delete",
                "deployment/" + id,
                deployment.repository().value());
    }
}
