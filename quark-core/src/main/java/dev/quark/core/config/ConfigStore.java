package dev.quark.core.config;

import dev.quark.core.problem.ConflictException;
import dev.quark.core.source.RepositoryName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the configs with their variables, whose values are encrypted at rest. Implementations are safe for use by many
 * threads; what a method changed is durable when it returns.
 */
public interface ConfigStore {

    /**
     * Adds a config.
     *
     * @throws ConflictException where there is one for the same repository, branch and name, or another service has one of
     *     the hosts with the same path; it is named
     */
    void add(DeploymentConfig config);

    /** The config with an id. */
    Optional<DeploymentConfig> find(ConfigId id);

    /** The configs of a repository, oldest first. */
    List<DeploymentConfig> ofRepository(RepositoryName repository);

    /**
     * Configs, oldest first.
     *
     * @param repository only its configs; null for all
     * @param limit at most so many
     * @param offset after so many
     */
    List<DeploymentConfig> list(@Nullable RepositoryName repository, int limit, long offset);

    /** How many configs {@link #list} would give without limit and offset. */
    long count(@Nullable RepositoryName repository);

    /**
     * Replaces a config by what {@code change} makes of it, in one transaction, so that no other change is lost.
     * {@code change} must have no effect beside its result: it may be called more than once. Whatever it throws ends the
     * transaction and is thrown on.
     *
     * @return the changed config; empty where there is none with this id
     * @throws ConflictException where another config has the same repository, branch and name, or its service one of the
     *     hosts with the same path; it is named
     */
    Optional<DeploymentConfig> update(ConfigId id, UnaryOperator<DeploymentConfig> change);

    /**
     * Removes a config and its variables. Its deployments stay as history without a config; those that are pending become
     * cancelled, in the same transaction.
     *
     * @return whether it was there
     * @throws ConflictException where one of its deployments is in progress; nothing is removed then
     */
    boolean remove(ConfigId id, Instant at);
}
