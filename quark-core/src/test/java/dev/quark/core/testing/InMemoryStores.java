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

/**
 * Every store, in memory: nothing outlives the process, and nothing is encrypted. All else is as the ports promise. Safe
 * for use by many threads.
 */
public final class InMemoryStores implements Stores {

    private final Memory memory = new Memory();
    private final InMemoryConfigs configs = new InMemoryConfigs(memory);
    private final InMemoryDeployments deployments = new InMemoryDeployments(memory);
    private final InMemoryPhases phases = new InMemoryPhases(memory);
    private final InMemoryReleases releases = new InMemoryReleases(memory);
    private final InMemoryLogs logs = new InMemoryLogs(memory);
    private final InMemoryLogIndex logIndex = new InMemoryLogIndex(memory);
    private final InMemoryServices services = new InMemoryServices(memory);
    private final InMemoryInstances instances = new InMemoryInstances(memory);
    private final InMemoryDeliveries deliveries = new InMemoryDeliveries(memory);
    private final InMemoryResults results = new InMemoryResults(memory);
    private final InMemoryWorkload workload =
            new InMemoryWorkload(memory, () -> results.untold().count());
    private final InMemoryUsers users = new InMemoryUsers();
    private final InMemoryHooks hooks = new InMemoryHooks();
    private final InMemoryHostTokens hostTokens = new InMemoryHostTokens(users);
    private final InMemorySessions sessions = new InMemorySessions(users);
    private final InMemoryApiTokens apiTokens = new InMemoryApiTokens(users);
    private final InMemoryAuditLog audit = new InMemoryAuditLog();
    private final InMemoryRequestLog requestLog = new InMemoryRequestLog();

    @Override
    public ConfigStore configs() {
        return configs;
    }

    @Override
    public DeploymentStore deployments() {
        return deployments;
    }

    @Override
    public DeploymentQueue queue() {
        return deployments;
    }

    @Override
    public PhaseStore phases() {
        return phases;
    }

    @Override
    public ReleaseStore releases() {
        return releases;
    }

    @Override
    public LogStore logs() {
        return logs;
    }

    @Override
    public LogIndex logIndex() {
        return logIndex;
    }

    @Override
    public ServiceStore services() {
        return services;
    }

    @Override
    public InstanceStore instances() {
        return instances;
    }

    @Override
    public DeliveryStore deliveries() {
        return deliveries;
    }

    @Override
    public ResultStore results() {
        return results;
    }

    @Override
    public WorkloadStore workload() {
        return workload;
    }

    @Override
    public UserStore users() {
        return users;
    }

    @Override
    public HostTokenStore hostTokens() {
        return hostTokens;
    }

    @Override
    public RepositoryKeepers keepers() {
        return hostTokens;
    }

    @Override
    public HookStore hooks() {
        return hooks;
    }

    @Override
    public UsedStates usedStates() {
        return hostTokens;
    }

    @Override
    public SessionStore sessions() {
        return sessions;
    }

    @Override
    public ApiTokenStore apiTokens() {
        return apiTokens;
    }

    @Override
    public AuditLog audit() {
        return audit;
    }

    @Override
    public RequestLogStore requestLog() {
        return requestLog;
    }

    @Override
    public void close() {}
}
