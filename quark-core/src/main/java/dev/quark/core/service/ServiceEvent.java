package dev.quark.core.service;

import dev.quark.core.config.ConfigId;
import dev.quark.core.event.QuarkEvent;

/**
 * Something about a config's service has changed: an instance's state, the rollout that serves. It is stored already.
 *
 * @param config whose service
 */
public record ServiceEvent(ConfigId config) implements QuarkEvent {}
