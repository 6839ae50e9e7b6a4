package dev.quark.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quark.core.source.RepositoryName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The stand-in's REST API. */
final class StandInApi {

    private static final String BASE = "/api/v3";
    private static final int MOST_HOOKS = 20;

    private final StandInModel model;
    private final Map<Pattern, Route> routes = new LinkedHashMap<>();

    StandInApi(StandInModel model) {
        this.model = model;
        on("GET /user", (request, token, parts) -> request.send(200, user(signedIn(token))));
        on("GET /user/repos", (request, token, parts) -> page(request, repositories(signedIn(token))));
        on("GET /user/memberships/orgs/([^/]+)", this::membership);
        on("DELETE /applications/[^/]+/token", this::revoke);
        ofRepository("GET", "", "repo", (request, repository, parts) -> {
            request.send(200, repository(repository, request.token()));
        });
        ofRepository("GET", "/branches", "repo", (request, repository, parts) -> page(request, branches(repository)));
        ofRepository("GET", "/branches/([^/]+)", "repo", this::branch);
        ofRepository("GET", "/commits", "repo", this::commits);
        ofRepository("GET", "/compare/([^/]+)", "repo", this::compare);
        ofRepository("GET", "/hooks", "admin:repo_hook", (request, repository, parts) -> {
            page(request, List.copyOf(repository.hooks().values()));
        });
        ofRepository("POST", "/hooks", "admin:repo_hook", this::createHook);
        ofRepository("PATCH", "/hooks/([0-9]+)", "admin:repo_hook", this::changeHook);
        ofRepository("DELETE", "/hooks/([0-9]+)", "admin:repo_hook", this::deleteHook);
    }

    /** Answers requests; {@code parts} are what the pattern's groups caught, decoded. */
    @FunctionalInterface
    interface Route {
        void answer(StandInRequest request, StandInModel.@Nullable Token token, List<String> parts) throws IOException;
    }

    /** Answers requests about a repository that the token may see. */
    @FunctionalInterface
    interface RepositoryRoute {
        void answer(StandInRequest request, StandInModel.Repository repository, List<String> parts) throws IOException;
    }

    /** Adds a route for {@code METHOD /path}, a pattern. */
    void on(String operation, Route route) {
        routes.put(Pattern.compile(operation), route);
    }

    /** Adds a route under {@code /repos/{owner}/{repo}}, for tokens that have a scope (or belong to a GitHub app). */
    void ofRepository(String method, String path, String scope, RepositoryRoute route) {
        on(method + " /repos/([^/]+)/([^/]+)" + path, (request, token, parts) -> {
            StandInModel.Repository repository =
                    model.repositories.get(new RepositoryName(parts.get(0) + "/" + parts.get(1)));
            request.header("X-Accepted-OAuth-Scopes", scope.equals("repo") ? "repo" : scope + ", repo");
            if (repository == null || !model.mayRead(token, repository)) {
                request.problem(404, "Not Found");
            } else if (!scope.equals("repo") && !allows(token, scope, repository)) {
                request.problem(404, "Not Found");
            } else {
                route.answer(request, repository, parts.subList(2, parts.size()));
            }
        });
    }

    void answer(StandInRequest request) throws IOException {
        StandInModel.Token token = request.token();
        if (token != null && !token.scopes().isEmpty()) {
            request.header("X-OAuth-Scopes", String.join(", ", token.scopes()));
        }
        if (request.header("Authorization").startsWith("Bearer") && token == null) {
            request.problem(401, "Bad credentials");
            return;
        }
        String operation = request.method() + " " + request.path().substring(BASE.length());
        for (Map.Entry<Pattern, Route> route : routes.entrySet()) {
            Matcher matcher = route.getKey().matcher(operation);
            if (matcher.matches()) {
                List<String> parts = new ArrayList<>();
                for (int i = 1; i <= matcher.groupCount(); i++) {
                    parts.add(StandInRequest.decoded(matcher.group(i)));
                }
                route.getValue().answer(request, token, parts);
                return;
            }
        }
        request.problem(404, "Not Found");
    }

    private static boolean allows(
            StandInModel.@Nullable Token token, String scope, StandInModel.Repository repository) {
        return token != null
                && repository.administrators().contains(token.login())
                && (token.scopes().isEmpty()
                        || token.scopes().contains(scope)
                        || token.scopes().contains("repo"));
    }

    private static String signedIn(StandInModel.@Nullable Token token) {
        return token == null ? "" : token.login();
    }

    private ObjectNode user(String login) {
        StandInModel.Account account = model.accounts.get(login);
        ObjectNode user = GitHubExamples.answer("GET /user");
        return account == null ? user : user.put("login", login).put("id", account.id());
    }

    private void membership(StandInRequest request, StandInModel.@Nullable Token token, List<String> parts)
            throws IOException {
        StandInModel.Account account = model.accounts.get(signedIn(token));
        if (account == null || !account.organisations().contains(parts.get(0))) {
            request.problem(404, "Not Found");
            return;
        }
        ObjectNode membership = GitHubExamples.answer("GET /user/memberships/orgs/{org}");
        request.send(200, membership.put("state", "active"));
    }

    private void revoke(StandInRequest request, StandInModel.@Nullable Token token, List<String> parts)
            throws IOException {
        if (model.tokens.remove(request.json().path("access_token").asText()) == null) {
            request.problem(422, "Validation Failed");
        } else {
            request.send(204, null);
        }
    }

    private List<ObjectNode> repositories(String login) {
        return model.repositories.values().stream()
                .filter(repository -> repository.administrators().contains(login))
                .sorted(Comparator.comparingLong(StandInModel.Repository::id))
                .map(repository -> named(GitHubExamples.element("GET /user/repos"), repository, true))
                .toList();
    }

    private static ObjectNode repository(StandInModel.Repository repository, StandInModel.@Nullable Token token) {
        boolean admin = token != null && repository.administrators().contains(token.login());
        return named(GitHubExamples.answer("GET /repos/{owner}/{repo}"), repository, admin);
    }

    private static ObjectNode named(ObjectNode document, StandInModel.Repository repository, boolean admin) {
        document.put("id", repository.id())
                .put("full_name", repository.name().value())
                .put("private", repository.isPrivate())
                .put("default_branch", "main");
        ((ObjectNode) document.get("permissions")).put("admin", admin);
        return document;
    }

    private List<ObjectNode> branches(StandInModel.Repository repository) throws IOException {
        List<ObjectNode> branches = new ArrayList<>();
        for (String line : git(repository, "for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads")
                .lines()
                .toList()) {
            ObjectNode branch = GitHubExamples.element("GET /repos/{owner}/{repo}/branches");
            String[] parts = line.split(" ", 2);
            branch.put("name", parts[0]).put("protected", false);
            ((ObjectNode) branch.get("commit")).put("sha", parts[1]);
            branches.add(branch);
        }
        return branches;
    }

    private void branch(StandInRequest request, StandInModel.Repository repository, List<String> parts)
            throws IOException {
        List<JsonNode> found = log(repository, "refs/heads/" + parts.get(0), 0, 1);
        if (found.isEmpty()) {
            request.problem(404, "Branch not found");
            return;
        }
        ObjectNode branch = GitHubExamples.answer("GET /repos/{owner}/{repo}/branches/{branch}");
        branch.put("name", parts.get(0)).set("commit", found.get(0));
        request.send(200, branch);
    }

    private void commits(StandInRequest request, StandInModel.Repository repository, List<String> parts)
            throws IOException {
        int size = number(request, "per_page", 30);
        int page = number(request, "page", 1);
        if (branches(repository).isEmpty()) {
            request.problem(409, "Git Repository is empty.");
            return;
        }
        List<JsonNode> commits = log(repository, request.query().getOrDefault("sha", "main"), (page - 1) * size, size);
        ArrayNode answer = GitHubExamples.JSON.createArrayNode();
        commits.forEach(answer::add);
        request.send(commits.isEmpty() && page == 1 ? 404 : 200, answer);
    }

    private void compare(StandInRequest request, StandInModel.Repository repository, List<String> parts)
            throws IOException {
        String[] ends = parts.get(0).split("\\.\\.\\.", 2);
        String base = git(repository, "merge-base", ends[0], ends[1]);
        ObjectNode comparison = GitHubExamples.answer("GET /repos/{owner}/{repo}/compare/{basehead}");
        comparison.put(
                "status",
                ends[0].equals(ends[1])
                        ? "identical"
                        : base.equals(ends[0]) ? "ahead" : base.equals(ends[1]) ? "behind" : "diverged");
        ArrayNode files = comparison.putArray("files");
        git(repository, "diff", "--name-only", base, ends[1])
                .lines()
                .forEach(file -> files.addObject().put("filename", file));
        request.send(base.isEmpty() ? 404 : 200, comparison);
    }

    private List<JsonNode> log(StandInModel.Repository repository, String from, int skip, int most) throws IOException {
        String log = git(
                repository,
                "log",
                "--skip=" + skip,
                "--max-count=" + most,
                "--format=%H%x1f%B%x1f%an%x1f%cI%x1e",
                from,
                "--");
        List<JsonNode> commits = new ArrayList<>();
        for (String entry : log.split("\u001e", -1)) {
            String[] parts = entry.strip().split("\u001f", -1);
            if (parts.length == 4) {
                ObjectNode commit = GitHubExamples.element("GET /repos/{owner}/{repo}/commits");
                commit.put("sha", parts[0]);
                ObjectNode inner = (ObjectNode) commit.get("commit");
                inner.put("message", parts[1].strip());
                ((ObjectNode) inner.get("author")).put("name", parts[2]);
                ((ObjectNode) inner.get("committer")).put("date", parts[3]);
                commits.add(commit);
            }
        }
        return commits;
    }

    private void createHook(StandInRequest request, StandInModel.Repository repository, List<String> parts)
            throws IOException {
        JsonNode wanted = request.json();
        boolean there = repository.hooks().values().stream()
                .anyMatch(hook -> hook.get("config")
                        .get("url")
                        .equals(wanted.get("config").get("url")));
        if (there || repository.hooks().size() >= MOST_HOOKS) {
            ObjectNode problem = GitHubExamples.JSON.createObjectNode().put("message", "Validation Failed");
            problem.putArray("errors")
                    .addObject()
                    .put("resource", "Hook")
                    .put("code", "custom")
                    .put(
                            "message",
                            there
                                    ? "Hook already exists on this repository"
                                    : "The \"push\" event cannot have more than 20 hooks");
            request.send(422, problem);
            return;
        }
        ObjectNode hook = GitHubExamples.answer("POST /repos/{owner}/{repo}/hooks");
        long id = model.numbers.incrementAndGet();
        repository.hooks().put(id, hook.put("id", id));
        set(hook, wanted);
        request.send(201, shown(hook));
    }

    private void changeHook(StandInRequest request, StandInModel.Repository repository, List<String> parts)
            throws IOException {
        ObjectNode hook = repository.hooks().get(Long.parseLong(parts.get(0)));
        if (hook == null) {
            request.problem(404, "Not Found");
            return;
        }
        set(hook, request.json());
        request.send(200, shown(hook));
    }

    private void deleteHook(StandInRequest request, StandInModel.Repository repository, List<String> parts)
            throws IOException {
        if (repository.hooks().remove(Long.parseLong(parts.get(0))) == null) {
            request.problem(404, "Not Found");
        } else {
            request.send(204, null);
        }
    }

    private static void set(ObjectNode hook, JsonNode wanted) {
        for (String member : Set.of("active", "events", "config")) {
            if (wanted.has(member)) {
                hook.set(member, wanted.get(member));
            }
        }
    }

    /** GitHub never shows a secret. */
    private static ObjectNode shown(ObjectNode hook) {
        ObjectNode shown = hook.deepCopy();
        ObjectNode config = (ObjectNode) shown.get("config");
        if (config.has("secret")) {
            config.put("secret", "********");
        }
        return shown;
    }

    private void page(StandInRequest request, List<ObjectNode> all) throws IOException {
        int size = number(request, "per_page", 30);
        int page = number(request, "page", 1);
        ArrayNode answer = GitHubExamples.JSON.createArrayNode();
        all.stream()
                .skip((page - 1L) * size)
                .limit(size)
                .map(StandInApi::shownIfHook)
                .forEach(answer::add);
        if (all.size() > (long) page * size) {
            String own = model.url + request.path() + "?per_page=" + size + "&page=" + (page + 1);
            String url = Objects.requireNonNullElse(model.nextPage, own);
            request.header("Link", "<" + url + ">; rel=\"next\", <" + url + ">; rel=\"last\"");
        }
        request.send(200, answer);
    }

    private static ObjectNode shownIfHook(ObjectNode element) {
        return element.has("config") ? shown(element) : element;
    }

    private static int number(StandInRequest request, String name, int otherwise) {
        return Integer.parseInt(request.query().getOrDefault(name, Integer.toString(otherwise)));
    }

    /** What git says; nothing where it refuses. */
    private String git(StandInModel.Repository repository, String... arguments) throws IOException {
        try {
            return model.git.run(repository.bare(), arguments);
        } catch (IllegalStateException e) {
            return "";
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
