package dev.quark.persistence;

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
import dev.quark.core.testing.Stores;
import dev.quark.core.webhook.DeliveryStore;

/** The stores of a real database, as the contracts want them. */
final class PersistentStores implements Stores {

    private final Persistence persistence;
    private final Runnable afterwards;

    /** @param afterwards done once it is closed */
    PersistentStores(Persistence persistence, Runnable afterwards) {
        this.persistence = persistence;
        this.afterwards = afterwards;
    }

    @Override
    public ConfigStore configs() {
        return persistence.configs();
    }

    @Override
    public DeploymentStore deployments() {
        return persistence.deployments();
    }

    @Override
    public DeploymentQueue queue() {
        return persistence.queue();
    }

    @Override
    public PhaseStore phases() {
        return persistence.phases();
    }

    @Override
    public ReleaseStore releases() {
        return persistence.releases();
    }

    @Override
    public LogStore logs() {
        return persistence.logs();
    }

    @Override
    public LogIndex logIndex() {
        return persistence.logIndex();
    }

    @Override
    public ServiceStore services() {
        return persistence.services();
    }

    @Override
    public InstanceStore instances() {
        return persistence.instances();
    }

    @Override
    public DeliveryStore deliveries() {
        return persistence.deliveries();
    }

    @Override
    public ResultStore results() {
        return persistence.results();
    }

    @Override
    public WorkloadStore workload() {
        return persistence.workload();
    }

    @Override
    public UserStore users() {
        return persistence.users();
    }

    @Override
    public HostTokenStore hostTokens() {
        return persistence.hostTokens();
    }

    @Override
    public RepositoryKeepers keepers() {
        return persistence.keepers();
    }

    @Override
    public HookStore hooks() {
        return persistence.hooks();
    }

    @Override
    public UsedStates usedStates() {
        return persistence.usedStates();
    }

    @Override
    public SessionStore sessions() {
        return persistence.sessions();
    }

    @Override
    public ApiTokenStore apiTokens() {
        return persistence.apiTokens();
    }

    @Override
    public AuditLog audit() {
        return persistence.audit();
    }

    @Override
    public RequestLogStore requestLog() {
        return persistence.requestLog();
    }

    @Override
    public void close() {
        persistence.close();
        afterwards.run();
    }
}
