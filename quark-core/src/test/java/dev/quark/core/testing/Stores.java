package dev.quark.core.testing;

import dev.quark.core.codehost.HookStore;
import dev.quark.core.codehost.HostTokenStore;
import dev.quark.core.codehost.RepositoryKeepers;
import dev.quark.core.codehost.UsedStates;
import dev.quark.core.config.ConfigStore;
import dev.quark.core.deployment.DeploymentQueue;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.deployment.PhaseStore;
import dev.quark.core.deployment.ReleaseStore;
import dev.quark.core.identity.ApiTokenStore;
import dev.quark.core.identity.AuditLog;
import dev.quark.core.identity.SessionStore;
import dev.quark.core.identity.UserStore;
import dev.quark.core.log.LogIndex;
import dev.quark.core.log.LogStore;
import dev.quark.core.metrics.WorkloadStore;
import dev.quark.core.requestlog.RequestLogStore;
import dev.quark.core.result.ResultStore;
import dev.quark.core.service.InstanceStore;
import dev.quark.core.service.ServiceStore;
import dev.quark.core.webhook.DeliveryStore;

/** All stores of one database: what a port's contract is checked on. */
public interface Stores extends AutoCloseable {

    /** The configs. */
    ConfigStore configs();

    /** The deployments. */
    DeploymentStore deployments();

    /** The same deployments, as a queue. */
    DeploymentQueue queue();

    /** When deployments came to their phases. */
    PhaseStore phases();

    /** What releases were made with. */
    ReleaseStore releases();

    /** The logs. */
    LogStore logs();

    /** Finds lines in them. */
    LogIndex logIndex();

    /** Which rollouts serve. */
    ServiceStore services();

    /** The instances of services. */
    InstanceStore instances();

    /** The deliveries. */
    DeliveryStore deliveries();

    /** What the code host was told. */
    ResultStore results();

    /** What there is to do. */
    WorkloadStore workload();

    /** The users. */
    UserStore users();

    /** The users' tokens of the code host. */
    HostTokenStore hostTokens();

    /** Whose tokens are used for a repository. */
    RepositoryKeepers keepers();

    /** The hooks that were set up. */
    HookStore hooks();

    /** Which sign-ins were brought to an end. */
    UsedStates usedStates();

    /** Their sessions. */
    SessionStore sessions();

    /** Their API tokens. */
    ApiTokenStore apiTokens();

    /** Who did what. */
    AuditLog audit();

    /** What was asked and answered. */
    RequestLogStore requestLog();

    @Override
    void close();
}
