package dev.quark.core.deployment;

import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import dev.quark.core.problem.ConflictException;

/** Removes a deployment that doesn't run: its record, its log, and its release's folder if that isn't the current one. */
public final class DeleteDeployment {

    private final DeploymentStore deployments;
    private final ReleaseFolders folders;
    private final ReleasesInUse inUse;
    private final Audit audit;

    /** Removes deployments from a store. */
    public DeleteDeployment(DeploymentStore deployments, ReleaseFolders folders, ReleasesInUse inUse, Audit audit) {
        this.deployments = deployments;
        this.folders = folders;
        this.inUse = inUse;
        this.audit = audit;
    }

    /**
     * Removes a deployment.
     *
     * @throws ConflictException where it is in progress, or the config's service runs from its release
     */
    public void delete(DeploymentId id, Actor actor) {
        Deployment deployment = deployments.find(id).orElseThrow(DeploymentId::notFound);
        if (deployment.config() != null && inUse.of(deployment.config()).contains(id)) {
            throw new ConflictException(
                    "The config's service runs from this deployment's release: deploy another one first.");
        }
        String detail = deployment.repository().value();
        if (!audit.with(actor, "deployment.delete", "deployment/" + id, detail, () -> deployments.remove(id))) {
            throw new ConflictException("The deployment is running: cancel it first.");
        }
        if (deployment.config() != null) {
            folders.discard(deployment.config(), id);
        }
    }
}
