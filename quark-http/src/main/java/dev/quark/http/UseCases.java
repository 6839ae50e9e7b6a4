package dev.quark.http;

import dev.quark.core.config.ManageConfigs;
import dev.quark.core.deployment.BringBack;
import dev.quark.core.deployment.CancelDeployment;
import dev.quark.core.deployment.DeleteDeployment;
import dev.quark.core.deployment.DeploymentQueue;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.deployment.ManageService;
import dev.quark.core.deployment.PhaseStore;
import dev.quark.core.deployment.Redeploy;
import dev.quark.core.deployment.RemoveConfig;
import dev.quark.core.deployment.TriggerDeployment;
import dev.quark.core.deployment.WatchDeployment;
import dev.quark.core.event.EventBus;
import dev.quark.core.log.LogIndex;
import dev.quark.core.log.LogStore;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.requestlog.RequestLog;
import dev.quark.core.requestlog.RequestLogStore;
import dev.quark.core.result.ResultStore;
import dev.quark.core.webhook.ReceiveWebhook;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the server offers to its clients.
 *
 * @param identity signs in, says who holds a token, and manages users
 * @param configs manages configs and their variables
 * @param removeConfig removes a config with its releases
 * @param trigger queues deployments
 * @param redeploy queues earlier deployments again
 * @param bringBack goes back to earlier releases
 * @param cancel stops deployments
 * @param delete removes deployments
 * @param watch follows deployments
 * @param services shows services, follows their logs and stops them; null where this QUARK runs none
 * @param webhook takes GitHub's deliveries
 * @param codeHosting what there is to do with GitHub
 * @param deployments reads deployments
 * @param queue reads places in the queue
 * @param phases says when deployments came to their phases
 * @param results says what GitHub was told
 * @param logs reads stored lines
 * @param logIndex finds lines
 * @param requestLog logs requests; null where they aren't logged
 * @param requests reads logged requests
 * @param measures what is measured
 * @param events tells what happens
 * @param obstacles says why the server can't do its work now (the database doesn't answer, the disk is full), one sentence
 *     each; empty where it can
 * @param clock tells the time
 */
public record UseCases(
        Identity identity,
        ManageConfigs configs,
        RemoveConfig removeConfig,
        TriggerDeployment trigger,
        Redeploy redeploy,
        BringBack bringBack,
        CancelDeployment cancel,
        DeleteDeployment delete,
        WatchDeployment watch,
        @Nullable ManageService services,
        ReceiveWebhook webhook,
        CodeHosting codeHosting,
        DeploymentStore deployments,
        DeploymentQueue queue,
        PhaseStore phases,
        ResultStore results,
        LogStore logs,
        LogIndex logIndex,
        @Nullable RequestLog requestLog,
        RequestLogStore requests,
        Measures measures,
        EventBus events,
        Supplier<List<String>> obstacles,
        Clock clock) {

    /** @throws ConflictException where this QUARK runs no services */
    ManageService servicesOrRefuse() {
        if (services == null) {
            throw new ConflictException("This QUARK runs no services: set PROXY_PORT and start it again.");
        }
        return services;
    }
}
