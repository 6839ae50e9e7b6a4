package dev.quark.core.service;

import dev.quark.core.config.ConfigId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Keeps which rollout of each config serves, and how far rollouts have come. Implementations are safe for use by many
 * threads; what a method changed is durable when it returns.
 */
public interface ServiceStore {

    /** The service of a config; empty where none was ever put to work. */
    Optional<Service> find(ConfigId config);

    /** Every service, in no order. */
    List<Service> all();

    /** Adds a service, or replaces that of the same config. */
    void save(Service service);

    /** Removes a config's service; does nothing where there is none. */
    void remove(ConfigId config);

    /** Adds a rollout, or replaces the one with the same id. It goes when its deployment's record does. */
    void save(Rollout rollout);

    /** Those of these rollouts that there are, in no order. */
    List<Rollout> rollouts(Collection<RolloutId> ids);
}
