package dev.quark.core.service;

import dev.quark.core.event.EventBus;
import dev.quark.core.log.LiveLogs;
import dev.quark.core.log.LogStore;
import dev.quark.core.process.CommandRunner;
import dev.quark.core.process.RunId;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What supervision needs.
 *
 * @param services which rollout serves
 * @param instances the instances
 * @param commands runs them
 * @param probe asks them
 * @param ports finds ports for them
 * @param launches knows what they are started with
 * @param logs where their output is seen
 * @param logStore where their output is stored
 * @param events told of changes
 * @param runs new ids
 * @param clock the time
 * @param node this node's name
 */
public record ServiceParts(
        ServiceStore services,
        InstanceStore instances,
        CommandRunner commands,
        HealthProbe probe,
        Ports ports,
        Launches launches,
        LiveLogs logs,
        LogStore logStore,
        EventBus events,
        Supplier<RunId> runs,
        Clock clock,
        String node) {}
