package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.log.LogIndex;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.SearchText;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.source.RepositoryName;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds lines in the logs of deployments. */
final class LogSearchRoutes {

    private static final int MOST = 100;
    private static final int USUAL = 20;

    private final LogIndex index;
    private final DeploymentStore deployments;

    LogSearchRoutes(LogIndex index, DeploymentStore deployments) {
        this.index = index;
        this.deployments = deployments;
    }

    void add(Routes routes) {
        routes.get("/logs/search", Access.VIEWER, this::search);
    }

    private void search(Context ctx) {
        Query query = new Query(ctx);
        SearchText text = query.text("q", SearchText::parse);
        if (query.lacks("q")) {
            query.faults().add("q", "is required: words and \"phrases in quotes\" to look for");
        }
        RepositoryName repository = query.text("repo_full_name", RepositoryName::new);
        Instant from = query.text("from", given -> time("from", given));
        Instant to = query.text("to", given -> time("to", given));
        int limit = (int) query.number("limit", USUAL, 1, MOST);
        LogIndex.Place before = query.text("before", LogIndex.Place::parse);
        query.done();
        LogIndex.Page page =
                index.search(new LogIndex.Request(Objects.requireNonNull(text), repository, from, to, limit, before));
        Map<DeploymentId, Deployment> found = deployments(page);
        if (page.next() != null) {
            ctx.header("Link", next(ctx, page.next()));
        }
        Answer.json(ctx, 200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("hits");
            for (LogIndex.Hit hit : page.hits()) {
                Deployment deployment = found.get(id(hit));
                if (deployment != null) {
                    write(json, deployment, hit);
                }
            }
            json.writeEndArray();
            Json.text(json, "next", page.next());
            json.writeEndObject();
        });
    }

    /** Those that were deleted in this moment are left out. */
    private Map<DeploymentId, Deployment> deployments(LogIndex.Page page) {
        return page.hits().stream()
                .map(LogSearchRoutes::id)
                .distinct()
                .map(deployments::find)
                .flatMap(Optional::stream)
                .collect(Collectors.toMap(Deployment::id, Function.identity()));
    }

    private static DeploymentId id(LogIndex.Hit hit) {
        return new DeploymentId(hit.log().value());
    }

    private static Instant time(String name, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new InvalidException(name, "must be a time such as 2026-11-23T09:30:00Z");
        }
    }

    private static String next(Context ctx, LogIndex.Place place) {
        StringBuilder link = new StringBuilder("<")
                .append(ctx.req().getRequestURI())
                .append("?before=")
                .append(place);
        for (String name : List.of("q", "repo_full_name", "from", "to", "limit")) {
            String value = ctx.req().getParameter(name);
            if (value != null) {
                link.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        }
        return link.append(">; rel=\"next\"").toString();
    }

    private static void write(JsonGenerator json, Deployment deployment, LogIndex.Hit hit) throws IOException {
        json.writeStartObject();
        Json.text(json, "deployment_id", deployment.id());
        Json.text(json, "repo_full_name", deployment.repository());
        Json.text(json, "branch", deployment.branch());
        Json.text(json, "name", deployment.name());
        Json.text(json, "status", deployment.status().label());
        LogRoutes.members(json, hit.line());
        lines(json, "before", hit.before());
        lines(json, "after", hit.after());
        json.writeEndObject();
    }

    private static void lines(JsonGenerator json, String name, List<LogLine> lines) throws IOException {
        json.writeArrayFieldStart(name);
        for (LogLine line : lines) {
            json.writeStartObject();
            LogRoutes.members(json, line);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
