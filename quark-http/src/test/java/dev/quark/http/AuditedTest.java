package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.identity.AuditEntry;
import dev.quark.core.identity.Role;
import io.javalin.router.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever changes or reveals something is in the audit log afterwards. */
class AuditedTest {

    private static final String CONFIG = "{'repo_id':1,'repo_full_name':'octo-org/octo-repo','branch':'feature'}";

    /** GitHub's deliveries are stored themselves, and a deployment names who pushed. */
    private static final List<String> STORED_AS_DELIVERIES = List.of("POST /api/webhook", "POST /api/github");

    /** It does nothing but say what a push would do. */
    private static final String SIMULATION = "POST /api/webhooks/simulate";

    /** Take a delivery or a release to go back to: DeliveryApiTest and DeploymentApiTest try them, and look for the entry. */
    private static final List<String> TRIED_ELSEWHERE =
            List.of("POST /api/webhooks/deliveries/{id}/redeliver", "POST /deployments/{id}/rollback");

    private final World world = new World();
    private final Api admin = Api.of(world, Role.ADMIN);

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void everyRouteThatChangesSomethingLeavesAnEntry() {
        Map<String, Supplier<Api.Reply>> changes = changes();
        TreeSet<String> routes = new TreeSet<>();
        for (var parsed : world.server.javalin().unsafe.internalRouter.allHttpHandlers()) {
            Endpoint endpoint = parsed.endpoint;
            boolean isAlias = endpoint.path.startsWith("/deploy/deployments");
            if (List.of("POST", "PUT", "PATCH", "DELETE").contains(endpoint.method.name()) && !isAlias) {
                routes.add(endpoint.method + " " + endpoint.path);
            }
        }
        routes.removeAll(STORED_AS_DELIVERIES);
        routes.remove(SIMULATION);
        routes.removeAll(TRIED_ELSEWHERE);
        assertEquals(routes, new TreeSet<>(changes.keySet()), "each such route is tried below");
        changes.forEach(this::assertAudited);
    }

    @Test
    void everyRevealLeavesAnEntry() {
        DeploymentConfig config = world.config("main", true);
        String path = "/deploy/configs/" + config.id();
        admin.put(path + "/env/API_KEY", "{'value':'secret'}").is(200);
        Map<String, Supplier<Api.Reply>> reveals = new LinkedHashMap<>();
        reveals.put("config", () -> admin.get(path + "?reveal=true"));
        reveals.put("list", () -> admin.get("/deploy/configs?reveal=true"));
        reveals.put("repository", () -> admin.get("/deploy/configs/octo-org/octo-repo?reveal=true"));
        reveals.put("variable", () -> admin.get(path + "/env/API_KEY?reveal=true"));
        reveals.forEach(this::assertAudited);
    }

    private void assertAudited(String what, Supplier<Api.Reply> change) {
        List<AuditEntry> before = new ArrayList<>(world.audited);
        Api.Reply reply = change.get();
        assertTrue(reply.status() < 300, () -> what + ": " + reply);
        List<AuditEntry> added = new ArrayList<>(world.audited);
        added = added.subList(before.size(), added.size());
        assertEquals(1, added.size(), what);
        AuditEntry entry = added.get(0);
        assertEquals("admin", entry.actor(), what);
        assertEquals("127.0.0.1", entry.address(), what);
        assertTrue(entry.target().contains("/"), what);
    }

    private Map<String, Supplier<Api.Reply>> changes() {
        Map<String, Supplier<Api.Reply>> changes = new LinkedHashMap<>();
        configs(changes);
        deployments(changes);
        services(changes);
        accounts(changes);
        hooks(changes);
        return changes;
    }

    private void configs(Map<String, Supplier<Api.Reply>> changes) {
        String path = "/deploy/configs/" + world.config("dev", false).id();
        changes.put("POST /deploy/configs", () -> admin.post("/deploy/configs", CONFIG));
        changes.put("PATCH /deploy/configs/{id}", () -> admin.patch(path, "{'auto_deploy':true}"));
        changes.put("PUT /deploy/configs/{id}/env/{name}", () -> admin.put(path + "/env/A", "{'value':'b'}"));
        changes.put("DELETE /deploy/configs/{id}/env/{name}", () -> admin.delete(path + "/env/A"));
        changes.put(
                "PUT /deploy/configs/{id}/env",
                () -> admin.with("Content-Type", "text/plain").send("PUT", path + "/env", "A=b\n"));
        changes.put("DELETE /deploy/configs/{id}", () -> admin.delete(path));
    }

    private void deployments(Map<String, Supplier<Api.Reply>> changes) {
        DeploymentId pending = world.pending().id();
        changes.put(
                "POST /deploy/trigger",
                () -> admin.post("/deploy/trigger", "{'repo_full_name':'octo-org/octo-repo','branch':'main'}"));
        changes.put("POST /deployments/{id}/cancel", () -> admin.post("/deployments/" + pending + "/cancel"));
        changes.put("POST /deployments/{id}/redeploy", () -> admin.post("/deployments/" + pending + "/redeploy"));
        changes.put("DELETE /deployments/{id}", () -> admin.delete("/deployments/" + pending));
    }

    private void services(Map<String, Supplier<Api.Reply>> changes) {
        DeploymentId serving = world.running("serving");
        world.serve(serving);
        String path = "/deploy/configs/" + world.configOf(serving) + "/service";
        changes.put("POST /deploy/configs/{id}/service/stop", () -> admin.post(path + "/stop"));
        changes.put("POST /deploy/configs/{id}/service/start", () -> admin.post(path + "/start"));
        changes.put("POST /deploy/configs/{id}/service/restart", () -> admin.post(path + "/restart"));
    }

    private void accounts(Map<String, Supplier<Api.Reply>> changes) {
        changes.put(
                "POST /auth/login",
                () -> Api.of(world, null).post("/auth/login", "{'username':'admin','password':'admin'}"));
        String token = world.begin(Role.ADMIN);
        changes.put(
                "POST /auth/logout", () -> Api.of(world, null).withToken(token).post("/auth/logout"));
        Created made = new Created();
        changes.put("POST /auth/tokens", () -> made.keep(admin.post("/auth/tokens", "{'name':'CI','scope':'viewer'}")));
        changes.put("DELETE /auth/tokens/{id}", () -> admin.delete(made.path));
        Created user = new Created();
        changes.put("POST /users", () -> user.keep(admin.post("/users", "{'username':'octocat','role':'viewer'}")));
        changes.put("PATCH /users/{id}", () -> admin.patch(user.path, "{'role':'deployer'}"));
        changes.put("DELETE /users/{id}", () -> admin.delete(user.path));
    }

    private void hooks(Map<String, Supplier<Api.Reply>> changes) {
        world.host.push(World.REPOSITORY, "main", World.SHA, "Say hello", Set.of("a"));
        world.signInWithGitHub(Role.ADMIN, "gho_admin");
        AtomicLong hook = new AtomicLong();
        changes.put("POST /api/repos/{owner}/{repo}/setup-webhook", () -> {
            Api.Reply reply = admin.post("/api/repos/octo-org/octo-repo/setup-webhook");
            hook.set(reply.json().get("hook_id").asLong());
            return reply;
        });
        changes.put("DELETE /api/webhooks/{id}", () -> admin.delete("/api/webhooks/" + hook.get()));
    }

    /** What one change makes for another one. */
    private static final class Created {

        private String path = "";

        Api.Reply keep(Api.Reply reply) {
            path = reply.header("Location");
            return reply;
        }
    }
}
