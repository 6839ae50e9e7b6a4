package dev.quark.core.config;

import dev.quark.core.codehost.RepositoryKeepers;
import dev.quark.core.environment.Environment;
import dev.quark.core.environment.VariableName;
import dev.quark.core.event.EventBus;
import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.source.RepositoryName;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Creates, reads, changes and removes configs and their variables; every change and reveal is audited. */
public final class ManageConfigs {

    private static final BranchName MAIN = new BranchName("main");

    private final ConfigStore configs;
    private final RepositoryKeepers keepers;
    private final CloneUrls sources;
    private final EventBus events;
    private final Audit audit;
    private final Supplier<ConfigId> ids;
    private final Clock clock;

    /** @param keepers are joined by those who create configs of GitHub's repositories */
    public ManageConfigs(
            ConfigStore configs,
            RepositoryKeepers keepers,
            CloneUrls sources,
            EventBus events,
            Audit audit,
            Supplier<ConfigId> ids,
            Clock clock) {
        this.configs = configs;
        this.keepers = keepers;
        this.sources = sources;
        this.events = events;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Creates a config.
     *
     * @throws ConflictException where there is one for the same repository, branch and name
     */
    public DeploymentConfig create(ConfigDraft draft, Actor actor) {
        check(draft);
        DeploymentConfig config = draft.toConfig(ids.get(), clock.instant(), clock.instant());
        audit.with(
                actor,
                "config.create",
                target(config.id()),
                config.repository() + " " + config.branch() + " " + config.name(),
                () -> configs.add(config));
        if (actor.user() != null && config.cloneUrl() == null) {
            keepers.join(config.repository(), actor.user(), clock.instant());
        }
        events.publish(new ConfigEvent(config.id(), ConfigEvent.Change.CREATED));
        return config;
    }

    /** The config with an id. */
    public DeploymentConfig get(ConfigId id) {
        return configs.find(id).orElseThrow(ConfigId::notFound);
    }

    /**
     * The config of a repository.
     *
     * @param branch the one that deploys this branch, by its own name before a glob; null: the one for main, else the oldest
     */
    public DeploymentConfig get(RepositoryName repository, @Nullable BranchName branch) {
        List<DeploymentConfig> all = configs.ofRepository(repository);
        BranchName wanted = branch == null ? MAIN : branch;
        Optional<DeploymentConfig> found = all.stream()
                .filter(c -> c.branch().branch().filter(wanted::equals).isPresent())
                .findFirst()
                .or(() -> all.stream()
                        .filter(c -> branch == null || c.branch().matches(branch))
                        .findFirst());
        return found.orElseThrow(() -> new NotFoundException("There is no deployment config for " + repository
                + (branch == null ? "." : " and branch " + branch + ".")));
    }

    /** Configs, oldest first. */
    public List<DeploymentConfig> list(@Nullable RepositoryName repository, int limit, long offset) {
        return configs.list(repository, limit, offset);
    }

    /** How many configs there are. */
    public long count(@Nullable RepositoryName repository) {
        return configs.count(repository);
    }

    /**
     * Changes a config.
     *
     * @param change what the user chooses now, given what they chose before; without effects, may be called again
     */
    public DeploymentConfig update(ConfigId id, UnaryOperator<ConfigDraft> change, Actor actor) {
        return change(actor, "config.update", id, "", config -> {
            ConfigDraft draft = change.apply(ConfigDraft.of(config));
            check(draft);
            return draft.toConfig(id, config.createdAt(), clock.instant());
        });
    }

    /**
     * Removes a config; its deployments stay as history.
     *
     * @throws ConflictException where one of its deployments is running
     */
    public void delete(ConfigId id, Actor actor) {
        if (!audit.with(actor, "config.delete", target(id), "", () -> configs.remove(id, clock.instant()))) {
            throw ConfigId.notFound();
        }
        events.publish(new ConfigEvent(id, ConfigEvent.Change.DELETED));
    }

    /** A variable's value, not audited: to be masked. */
    public Secret variable(ConfigId id, VariableName name) {
        Secret value = get(id).environment().variables().get(name);
        if (value == null) {
            throw new NotFoundException("The config has no variable " + name + ".");
        }
        return value;
    }

    /** Sets one variable. */
    public void setVariable(ConfigId id, VariableName name, Secret value, Actor actor) {
        changeEnvironment(actor, "variable.set", id, name.value(), environment -> environment.with(name, value));
    }

    /** Removes one variable. */
    public void removeVariable(ConfigId id, VariableName name, Actor actor) {
        changeEnvironment(actor, "variable.remove", id, name.value(), environment -> {
            if (!environment.variables().containsKey(name)) {
                throw new NotFoundException("The config has no variable " + name + ".");
            }
            return environment.without(name);
        });
    }

    /** Replaces all variables. */
    public DeploymentConfig replaceVariables(ConfigId id, Map<VariableName, Secret> variables, Actor actor) {
        return changeEnvironment(
                actor,
                "variable.replace_all",
                id,
                variables.size() + " variables",
                environment -> environment.withVariables(variables));
    }

    /** Notes that somebody was shown values in clear; to be called before they are. */
    public void revealed(ConfigId id, Actor actor, String what) {
        audit.record(actor, "variable.reveal", target(id), what);
    }

    private DeploymentConfig changeEnvironment(
            Actor actor, String action, ConfigId id, String detail, UnaryOperator<Environment> change) {
        return change(
                actor,
                action,
                id,
                detail,
                config -> config.withEnvironment(change.apply(config.environment()), clock.instant()));
    }

    private DeploymentConfig change(
            Actor actor, String action, ConfigId id, String detail, UnaryOperator<DeploymentConfig> change) {
        DeploymentConfig changed = audit.with(actor, action, target(id), detail, () -> configs.update(id, change))
                .orElseThrow(ConfigId::notFound);
        events.publish(new ConfigEvent(id, ConfigEvent.Change.CHANGED));
        return changed;
    }

    private void check(ConfigDraft draft) {
        sources.of(draft.repository(), draft.cloneUrl());
        if (draft.github().requireChecks() && !sources.isOnHost(draft.repository(), draft.cloneUrl())) {
            throw new InvalidException(
                    "require_checks",
                    "takes a repository that is cloned from GitHub under its own name: remove clone_url, or turn it"
                            + " off");
        }
    }

    private static String target(ConfigId id) {
        return "config/" + id;
    }
}
