package dev.quark.core.service;

import dev.quark.core.config.ConfigId;
import java.util.List;

/**
 * Keeps the instances that are to run; it is the only truth about them. An instance is known by its rollout and number.
 * Implementations are safe for use by many threads; what a method changed is durable when it returns.
 */
public interface InstanceStore {

    /**
     * Adds an instance.
     *
     * @return false where another one of the same node has its port, or there is one with its rollout and number; nothing
     *     has changed then
     */
    boolean add(Instance instance);

    /**
     * Replaces an instance's run, state and counts.
     *
     * @return whether it was there
     */
    boolean update(Instance instance);

    /** Removes an instance; does nothing where there is none. */
    void remove(Instance instance);

    /** The instances of a config, by rollout and number. */
    List<Instance> ofConfig(ConfigId config);

    /** The instances of a node, by rollout and number. */
    List<Instance> onNode(String node);
}
