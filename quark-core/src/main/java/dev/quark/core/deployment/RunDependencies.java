package dev.quark.core.deployment;

import dev.quark.core.config.ConfigStore;
import dev.quark.core.event.EventBus;
import dev.quark.core.log.LiveLogs;
import dev.quark.core.process.CommandRunner;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.source.SourceCheckout;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * What the run of a deployment needs.
 *
 * @param configs the configs
 * @param deployments the deployments
 * @param releases what releases are made with
 * @param transitions moves the deployment
 * @param logs the logs
 * @param sources which sources may be cloned
 * @param checkout brings the commit here
 * @param folders the release folders
 * @param commands runs the deploy command
 * @param events tells of cancellations
 * @param timer stops what takes too long
 * @param clock the time
 * @param service puts services to work; null where none are run: a config that has one can't be deployed then
 */
public record RunDependencies(
        ConfigStore configs,
        DeploymentStore deployments,
        ReleaseStore releases,
        Transitions transitions,
        LiveLogs logs,
        CloneUrls sources,
        SourceCheckout checkout,
        ReleaseFolders folders,
        CommandRunner commands,
        EventBus events,
        ScheduledExecutorService timer,
        Clock clock,
        @Nullable ServiceDependencies service) {}
