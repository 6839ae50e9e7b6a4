package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.codehost.BrowseHost;
import dev.quark.core.codehost.HostBranch;
import dev.quark.core.codehost.HostCommit;
import dev.quark.core.codehost.HostRepository;
import dev.quark.core.codehost.HostUser;
import dev.quark.core.codehost.Requester;
import dev.quark.core.identity.Caller;
import dev.quark.core.identity.Credential;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.RepositoryName;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What GitHub shows to the user who is signed in. */
final class RepositoryRoutes {

    private static final int MOST = 100;
    private static final int USUAL = 30;

    private final BrowseHost host;

    RepositoryRoutes(BrowseHost host) {
        this.host = host;
    }

    void add(Routes routes) {
        routes.get("/user/profile", Access.VIEWER, this::profile);
        routes.get("/user/repos", Access.VIEWER, this::repositories);
        routes.get("/api/repos/{owner}/{repo}/commits", Access.VIEWER, this::commits);
        routes.get("/api/repos/{owner}/{repo}/branches", Access.VIEWER, this::branches);
    }

    /** Who asks, with the token of GitHub's that they showed. */
    static Requester requester(Context ctx) {
        Caller caller = Authentication.caller(ctx);
        return new Requester(caller.user().id(), caller.by() instanceof Credential.OfGitHub ? bearer(ctx) : null);
    }

    private static @Nullable Secret bearer(Context ctx) {
        String header = ctx.req().getHeader("Authorization");
        return header == null
                ? null
                : Secret.of(header.substring(header.indexOf(' ') + 1).trim());
    }

    /** The repository that the path names. */
    static RepositoryName repository(Context ctx) {
        try {
            return new RepositoryName(ctx.pathParam("owner") + "/" + ctx.pathParam("repo"));
        } catch (InvalidException e) {
            throw new NotFoundException("No repository can have this name.");
        }
    }

    private void profile(Context ctx) {
        HostUser user = host.profile(requester(ctx));
        Answer.json(ctx, 200, json -> {
            json.writeStartObject();
            json.writeNumberField("id", user.id());
            json.writeStringField("login", user.login());
            Json.text(json, "name", user.name());
            Json.text(json, "email", user.email());
            Json.text(json, "avatar_url", user.avatarUrl());
            json.writeStringField("html_url", user.url());
            json.writeEndObject();
        });
    }

    private void repositories(Context ctx) {
        list(ctx, host.repositories(requester(ctx)), RepositoryRoutes::write);
    }

    private void branches(Context ctx) {
        list(ctx, host.branches(requester(ctx), repository(ctx)), RepositoryRoutes::write);
    }

    private void commits(Context ctx) {
        RepositoryName repository = repository(ctx);
        Query query = new Query(ctx);
        BranchName branch = query.text("branch", BranchName::new);
        int limit = (int) query.number("limit", USUAL, 1, MOST);
        int page = (int) query.number("page", 1, 1, 1_000_000);
        query.done();
        List<HostCommit> commits = host.commits(requester(ctx), repository, branch, page, limit);
        if (commits.size() == limit) {
            ctx.header(
                    "Link",
                    "<" + ctx.req().getRequestURI() + "?limit=" + limit + "&page=" + (page + 1)
                            + (branch == null ? "" : "&branch=" + encoded(branch.value())) + ">; rel=\"next\"");
        }
        Answer.json(ctx, 200, json -> array(json, commits, RepositoryRoutes::write));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A part of a list that is known whole. */
    private static <T> void list(Context ctx, List<T> all, Writer<T> writer) {
        Query query = new Query(ctx);
        long limit = query.number("limit", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        long offset = query.number("offset", 0, 0, Long.MAX_VALUE);
        query.done();
        ctx.header("X-Total-Count", Integer.toString(all.size()));
        List<T> part = all.stream().skip(offset).limit(limit).toList();
        Answer.json(ctx, 200, json -> array(json, part, writer));
    }

    private interface Writer<T> {
        void write(JsonGenerator json, T element) throws IOException;
    }

    private static <T> void array(JsonGenerator json, List<T> elements, Writer<T> writer) throws IOException {
        json.writeStartArray();
        for (T element : elements) {
            writer.write(json, element);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, HostRepository repository) throws IOException {
        String fullName = repository.name().value();
        json.writeStartObject();
        json.writeNumberField("id", repository.id());
        json.writeStringField("name", fullName.substring(fullName.indexOf('/') + 1));
        json.writeStringField("full_name", fullName);
        Json.text(json, "description", repository.description());
        json.writeBooleanField("private", repository.isPrivate());
        json.writeBooleanField("archived", repository.archived());
        json.writeBooleanField("admin", repository.admin());
        json.writeStringField("default_branch", repository.defaultBranch());
        json.writeStringField("html_url", repository.url());
        Json.time(json, "pushed_at", repository.pushedAt());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, HostBranch branch) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", branch.name());
        json.writeStringField("commit_sha", branch.head().value());
        json.writeBooleanField("protected", branch.isProtected());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, HostCommit commit) throws IOException {
        json.writeStartObject();
        json.writeStringField("sha", commit.commit().sha().value());
        Json.text(json, "message", commit.commit().message());
        Json.text(json, "author", commit.commit().author());
        Json.text(json, "author_login", commit.login());
        Json.time(json, "date", commit.at());
        json.writeStringField("html_url", commit.url());
        json.writeEndObject();
    }
}
