package dev.quark.http;

import dev.quark.core.config.ConfigDraft;
import dev.quark.core.config.ConfigId;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.ManageConfigs;
import dev.quark.core.deployment.RemoveConfig;
import dev.quark.core.identity.Role;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.RepositoryName;
import io.javalin.http.Context;
import java.util.List;
import java.util.Objects;

/** Deployment configs. */
final class ConfigRoutes {

    private static final int MOST = 100;

    private final ManageConfigs configs;
    private final RemoveConfig remove;
    private final Authentication authentication;
    private final BodyBudget budget;

    ConfigRoutes(ManageConfigs configs, RemoveConfig remove, Authentication authentication, BodyBudget budget) {
        this.configs = configs;
        this.remove = remove;
        this.authentication = authentication;
        this.budget = budget;
    }

    void add(Routes routes) {
        routes.post("/deploy/configs", Access.DEPLOYER, this::create);
        routes.get("/deploy/configs", Access.VIEWER, this::list);
        routes.get("/deploy/configs/{id}", Access.VIEWER, ctx -> show(ctx, configs.get(id(ctx))));
        routes.get(
                "/deploy/configs/{owner}/{repo}",
                Access.VIEWER,
                ctx -> showOf(ctx, ctx.pathParam("owner") + "/" + ctx.pathParam("repo")));
        routes.patch("/deploy/configs/{id}", Access.DEPLOYER, this::change);
        routes.delete("/deploy/configs/{id}", Access.DEPLOYER, this::delete);
    }

    /** The config that the path names. */
    static ConfigId id(Context ctx) {
        return ConfigId.parse(ctx.pathParam("id"));
    }

    private void create(Context ctx) {
        ConfigInput input = ConfigInput.ofNew(Fields.of(ctx, budget));
        RepositoryName repository = Objects.requireNonNull(input.repository());
        ConfigDraft draft = input.applyTo(ConfigDraft.of(repository, input.repositoryId(), input.cloneUrl()));
        DeploymentConfig config = configs.create(draft, authentication.actor(ctx));
        ctx.header("Location", "/deploy/configs/" + config.id());
        Answer.json(ctx, 201, json -> {
            json.writeStartObject();
            json.writeStringField("message", "The deployment config was created.");
            ConfigJson.members(json, config, false);
            json.writeEndObject();
        });
    }

    private void list(Context ctx) {
        Query query = new Query(ctx);
        RepositoryName repository = query.text("repo_full_name", RepositoryName::new);
        int limit = (int) query.number("limit", MOST, 1, MOST);
        long offset = query.number("offset", 0, 0, Long.MAX_VALUE);
        boolean reveal = reveals(ctx, query);
        query.done();
        List<DeploymentConfig> page = configs.list(repository, limit, offset);
        if (reveal) {
            page.forEach(config -> noteReveal(ctx, config));
        }
        ctx.header("X-Total-Count", Long.toString(configs.count(repository)));
        Answer.json(ctx, 200, json -> {
            json.writeStartArray();
            for (DeploymentConfig config : page) {
                ConfigJson.write(json, config, reveal);
            }
            json.writeEndArray();
        });
    }

    /** Shows the config of a repository. */
    void showOf(Context ctx, String name) {
        show(ctx, ofRepository(ctx, name));
    }

    private DeploymentConfig ofRepository(Context ctx, String name) {
        RepositoryName repository;
        try {
            repository = new RepositoryName(name);
        } catch (InvalidException e) {
            throw new NotFoundException("No repository can have this name.");
        }
        Query query = new Query(ctx);
        BranchName branch = query.text("branch", BranchName::new);
        query.done();
        return configs.get(repository, branch);
    }

    private void change(Context ctx) {
        ConfigInput input = ConfigInput.of(Fields.of(ctx, budget));
        show(ctx, configs.update(id(ctx), input::applyTo, authentication.actor(ctx)));
    }

    private void delete(Context ctx) throws InterruptedException {
        Query query = new Query(ctx);
        boolean force = query.flag("force");
        query.done();
        remove.remove(id(ctx), force, authentication.actor(ctx));
        Answer.noContent(ctx);
    }

    private void show(Context ctx, DeploymentConfig config) {
        Query query = new Query(ctx);
        boolean reveal = reveals(ctx, query);
        query.done();
        if (reveal) {
            noteReveal(ctx, config);
        }
        Answer.json(ctx, 200, json -> ConfigJson.write(json, config, reveal));
    }

    private void noteReveal(Context ctx, DeploymentConfig config) {
        configs.revealed(config.id(), authentication.actor(ctx), "all variables");
    }

    /** Whether the values of variables are asked for; only an administrator may. */
    static boolean reveals(Context ctx, Query query) {
        boolean reveal = query.flag("reveal");
        if (reveal) {
            Authentication.require(Authentication.user(ctx), Role.ADMIN);
        }
        return reveal;
    }
}
