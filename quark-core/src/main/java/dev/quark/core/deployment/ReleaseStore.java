package dev.quark.core.deployment;

import java.util.Optional;

/**
 * Keeps what releases were made with; variables are encrypted at rest. Safe for use by many threads; what was saved is
 * durable when the method returns.
 */
public interface ReleaseStore {

    /** Adds a release, or replaces that of the same deployment. */
    void save(Release release);

    /** The release of a deployment; empty where its run hasn't begun. */
    Optional<Release> find(DeploymentId deployment);
}
