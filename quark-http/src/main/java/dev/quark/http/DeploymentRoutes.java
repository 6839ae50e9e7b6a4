package dev.quark.http;

import dev.quark.core.config.ConfigName;
import dev.quark.core.deployment.CancelOutcome;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentFilter;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.TriggerDeployment;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Deployments: queues, lists, shows, cancels, repeats and removes them. */
final class DeploymentRoutes {

    private static final int MOST = 100;

    private final UseCases use;
    private final DeploymentJson json;
    private final Authentication authentication;
    private final BodyBudget budget;

    DeploymentRoutes(UseCases use, Authentication authentication, BodyBudget budget) {
        this.use = use;
        this.json = new DeploymentJson(use);
        this.authentication = authentication;
        this.budget = budget;
    }

    void add(Routes routes) {
        routes.post("/deploy/trigger", Access.DEPLOYER, this::trigger);
        for (String prefix : List.of("/deployments", "/deploy/deployments")) {
            routes.get(prefix, Access.VIEWER, this::list);
            routes.get(prefix + "/{id}", Access.VIEWER, this::show);
            routes.post(prefix + "/{id}/cancel", Access.DEPLOYER, this::cancel);
            routes.post(prefix + "/{id}/redeploy", Access.DEPLOYER, this::redeploy);
            routes.post(prefix + "/{id}/rollback", Access.DEPLOYER, this::rollBack);
            routes.delete(prefix + "/{id}", Access.DEPLOYER, this::delete);
        }
    }

    /** The deployment that the path names. */
    static DeploymentId id(Context ctx) {
        return DeploymentId.parse(ctx.pathParam("id"));
    }

    private void trigger(Context ctx) {
        Fields fields = Fields.of(ctx, budget);
        RepositoryName repository = fields.required("repo_full_name", RepositoryName::new);
        BranchName branch = optional(fields, "branch") ? fields.text("branch", BranchName::new) : null;
        CommitSha sha = optional(fields, "commit_sha") ? fields.text("commit_sha", CommitSha::new) : null;
        ConfigName name = optional(fields, "name") ? fields.text("name", ConfigName::new) : null;
        // Who triggers it is who asks, whatever a client says of itself.
        fields.ignore("manual_trigger");
        fields.ignore("triggered_by");
        fields.done();
        Deployment deployment = use.trigger()
                .trigger(
                        new TriggerDeployment.Request(Objects.requireNonNull(repository), branch, sha, name),
                        authentication.actor(ctx));
        queued(ctx, deployment);
    }

    /** Whether a member says something: null says as much as leaving it out. */
    private static boolean optional(Fields fields, String name) {
        return fields.has(name) && !fields.isNull(name);
    }

    private void list(Context ctx) {
        Query query = new Query(ctx);
        DeploymentFilter filter = new DeploymentFilter(
                query.text("repo_full_name", RepositoryName::new),
                query.text("branch", BranchName::new),
                query.text("status", DeploymentStatus::parse));
        DeploymentId before = query.text("before", DeploymentRoutes::given);
        int limit = (int) query.number("limit", 10, 1, MOST);
        long offset = query.number("offset", 0, 0, Long.MAX_VALUE);
        query.done();
        List<Deployment> page = use.deployments().list(filter, before, limit, offset);
        ctx.header("X-Total-Count", Long.toString(use.deployments().count(filter)));
        if (page.size() == limit) {
            ctx.header(
                    "Link", next(ctx, filter, limit, page.get(page.size() - 1).id()));
        }
        DeploymentJson.Beside beside = json.beside(page);
        Answer.json(ctx, 200, out -> {
            out.writeStartArray();
            for (Deployment deployment : page) {
                json.write(out, deployment, beside);
            }
            out.writeEndArray();
        });
    }

    private static DeploymentId given(String text) {
        try {
            return DeploymentId.parse(text);
        } catch (NotFoundException e) {
            throw new InvalidException("before", "must be the id of a deployment");
        }
    }

    /** Where the next page is (RFC 8288). */
    private static String next(Context ctx, DeploymentFilter filter, int limit, DeploymentId last) {
        return "<" + ctx.req().getRequestURI() + "?limit=" + limit + "&before=" + last
                + parameter("repo_full_name", filter.repository())
                + parameter("branch", filter.branch())
                + (filter.status() == null ? "" : "&status=" + filter.status().label())
                + ">; rel=\"next\"";
    }

    private static String parameter(String name, @Nullable Object value) {
        return value == null ? "" : "&" + name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8);
    }

    private void show(Context ctx) {
        Deployment deployment = use.deployments().find(id(ctx)).orElseThrow(DeploymentId::notFound);
        DeploymentJson.Beside beside = json.beside(List.of(deployment));
        Answer.json(ctx, 200, out -> json.writeWhole(out, deployment, beside));
    }

    private void cancel(Context ctx) {
        DeploymentId id = id(ctx);
        switch (use.cancel().cancel(id, authentication.actor(ctx))) {
            case CancelOutcome.Cancelled cancelled ->
                receipt(ctx, id, DeploymentStatus.CANCELLED, "The deployment was cancelled before it began.");
            case CancelOutcome.Stopping stopping ->
                receipt(ctx, id, DeploymentStatus.IN_PROGRESS, "The deployment's command is being stopped.");
            case CancelOutcome.AlreadyFinished finished ->
                throw new ConflictException("The deployment is finished already: it is "
                        + finished.status().label() + ".");
        }
    }

    private void redeploy(Context ctx) {
        queued(ctx, use.redeploy().redeploy(id(ctx), authentication.actor(ctx)));
    }

    private void rollBack(Context ctx) {
        Query query = new Query(ctx);
        Boolean current = query.text("environment", DeploymentRoutes::isCurrent);
        query.done();
        queued(ctx, use.bringBack().rollBack(id(ctx), Boolean.TRUE.equals(current), authentication.actor(ctx)));
    }

    private static boolean isCurrent(String text) {
        return switch (text) {
            case "current" -> true;
            case "release" -> false;
            default -> throw new InvalidException("environment", "must be release or current");
        };
    }

    private void delete(Context ctx) {
        use.delete().delete(id(ctx), authentication.actor(ctx));
        Answer.noContent(ctx);
    }

    static void queued(Context ctx, Deployment deployment) {
        ctx.header("Location", "/deployments/" + deployment.id());
        receipt(ctx, deployment.id(), deployment.status(), "The deployment is queued.");
    }

    private static void receipt(Context ctx, DeploymentId id, DeploymentStatus status, String message) {
        Answer.json(ctx, 202, out -> DeploymentJson.writeReceipt(out, id, status.label(), message));
    }
}
