package dev.quark.core.service;

import dev.quark.core.config.ConfigId;
import java.time.Instant;

/**
 * A config's app, once a deployment has put it to work.
 *
 * @param config whose app
 * @param serving the rollout that has the requests; what is started again after a restart of the machine
 * @param stopped whether somebody stopped it: then no instance is to run
 * @param node where it runs
 * @param since since when it is so
 */
public record Service(ConfigId config, RolloutId serving, boolean stopped, String node, Instant since) {}
