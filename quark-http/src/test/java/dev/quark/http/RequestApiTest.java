package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.identity.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the API was asked can be asked for. */
@Timeout(120)
class RequestApiTest {

    private final World world = new World();
    private final Api admin = Api.of(world, Role.ADMIN);

    @AfterEach
    void stop() {
        world.close();
    }

    /** The newest entry that fits, once there is one. */
    private JsonNode entry(Api reader, String query, Predicate<JsonNode> fits) throws InterruptedException {
        while (true) {
            for (JsonNode entry : reader.get("/logs" + query).is(200).json()) {
                if (fits.test(entry)) {
                    return entry;
                }
            }
            Thread.sleep(10);
        }
    }

    private JsonNode entry(String endpoint) throws InterruptedException {
        return entry(admin, "", entry -> entry.get("endpoint").asText().equals(endpoint));
    }

    /** Waits until a request is logged: one that was answered over another connection may be logged before it. */
    private void awaitLogged(String path) throws InterruptedException {
        entry(admin, "", entry -> entry.get("path").asText().equals(path));
    }

    private List<String> paths(String query) {
        List<String> paths = new ArrayList<>();
        admin.get("/logs" + query)
                .is(200)
                .json()
                .forEach(entry -> paths.add(entry.get("path").asText()));
        return paths;
    }

    @Test
    void anAdminSeesWhoAskedForWhatAndWhatWasAnswered() throws Exception {
        DeploymentConfig config = world.config("main", true);
        Api.of(world, Role.DEPLOYER)
                .with("User-Agent", "curl/8.5.0", "Accept", "application/json", "X-Forwarded-For", "198.51.100.7")
                .patch("/deploy/configs/" + config.id() + "?reveal=false", "{'timeout_seconds': 60}")
                .is(200);
        JsonNode entry = entry("/deploy/configs/{id}");
        assertEquals("PATCH", entry.get("method").asText());
        assertEquals(200, entry.get("status_code").asInt());
        assertEquals("/deploy/configs/" + config.id(), entry.get("path").asText());
        assertEquals("127.0.0.1", entry.get("client_ip").asText());
        assertEquals("curl/8.5.0", entry.get("user_agent").asText());
        assertEquals("deployer", entry.get("user").asText());
        assertEquals(23, entry.get("request_size").asInt());
        assertTrue(entry.get("response_size").asInt() > 100);
        assertTrue(entry.get("response_time_ms").asDouble() > 0);
        assertEquals(
                Api.parse("{\"query\":{\"reveal\":\"false\"},\"body\":{\"timeout_seconds\":60}}"),
                entry.get("request_data"));
        assertEquals(60, entry.at("/response_data/timeout_seconds").asInt());
        assertEquals(
                "octo-org/octo-repo", entry.at("/response_data/repo_full_name").asText());
        assertEquals("***", entry.at("/response_data/deploy_command").asText());
        assertEquals("***", entry.at("/response_data/environment_variables").asText());
        assertEquals("***", entry.at("/headers/authorization").asText());
        assertEquals("application/json", entry.at("/headers/content-type").asText());
        assertEquals("application/json", entry.at("/headers/accept").asText());
        assertFalse(entry.get("headers").has("user-agent"));
    }

    @Test
    void othersSeeNothingOfWhatWasSaid() throws Exception {
        admin.get("/users?limit=5").is(200);
        entry("/users");
        for (Role role : List.of(Role.VIEWER, Role.DEPLOYER)) {
            JsonNode entry = entry(
                    Api.of(world, role), "", e -> e.get("endpoint").asText().equals("/users"));
            assertEquals("admin", entry.get("user").asText());
            assertEquals("127.0.0.1", entry.get("client_ip").asText());
            for (String member : List.of("request_data", "response_data", "headers")) {
                assertTrue(entry.get(member).isNull(), member);
            }
        }
        Api.of(world, null).get("/logs").is(401);
    }

    @Test
    void findsRequestsByMethodEndpointPathAndStatus() throws Exception {
        DeploymentId first = world.pending().id();
        world.start(first);
        world.complete(first);
        DeploymentId second = world.pending("release").id();
        admin.get("/deployments/" + first).is(200);
        awaitLogged("/deployments/" + first);
        admin.get("/deployments/" + second).is(200);
        awaitLogged("/deployments/" + second);
        admin.post("/deployments/" + second + "/cancel").is(202);
        awaitLogged("/deployments/" + second + "/cancel");
        DeploymentId none = world.nextDeployment();
        admin.get("/deployments/" + none).is(404);
        awaitLogged("/deployments/" + none);
        admin.get("/nothing/here").is(404);
        entry("*");
        assertEquals(List.of("*"), paths("?path=*"));
        assertEquals(
                List.of("/deployments/" + second, "/deployments/" + first),
                paths("?path=/deployments/{id}&status=200".replace("{id}", "%7Bid%7D")));
        assertEquals(List.of("/deployments/" + first), paths("?path=/deployments/" + first));
        assertEquals(List.of("/deployments/" + second + "/cancel"), paths("?method=post"));
        assertEquals(2, paths("?status=404").size());
        assertEquals(List.of(), paths("?path=/deploy/trigger"));
        assertEquals(
                List.of("before", "limit", "status"),
                admin.get("/logs?limit=501&before=x&status=1").faults().stream()
                        .sorted()
                        .toList());
    }

    @Test
    void pagesFromNewToOld() throws Exception {
        for (int i = 0; i < 20; i++) {
            String offset = String.valueOf(i);
            admin.get("/audit?offset=" + offset).is(200);
            entry(
                    admin,
                    "?path=/audit",
                    e -> e.at("/request_data/query/offset").asText().equals(offset));
        }
        List<String> offsets = new ArrayList<>();
        String before = "";
        while (true) {
            JsonNode page =
                    admin.get("/logs?path=/audit&limit=7" + before).is(200).json();
            if (page.isEmpty()) {
                break;
            }
            page.forEach(e -> offsets.add(e.at("/request_data/query/offset").asText()));
            before = "&before=" + page.get(page.size() - 1).get("id").asText();
        }
        List<String> all = java.util.stream.IntStream.range(0, 20)
                .mapToObj(i -> "" + (19 - i))
                .toList();
        assertEquals(all, offsets);
        assertEquals(
                "14",
                admin.get("/logs?path=/audit&limit=1&offset=5")
                        .json()
                        .get(0)
                        .at("/request_data/query/offset")
                        .asText());
    }

    @Test
    void whatIsAskedAllTheTimeIsNotLogged() throws Exception {
        admin.get("/health").is(200);
        admin.get("/ready").is(200);
        admin.get("/audit").is(200);
        entry("/audit");
        assertEquals(List.of(), paths("?path=/health"));
        assertEquals(List.of(), paths("?path=/ready"));
    }

    @Test
    void refusedRequestsAreLoggedWithTheirEndpoint() throws Exception {
        Api.of(world, null).get("/users").is(401);
        Api.of(world, Role.VIEWER).get("/audit").is(403);
        JsonNode nobody = entry("/users");
        assertEquals(401, nobody.get("status_code").asInt());
        assertTrue(nobody.get("user").isNull());
        JsonNode viewer = entry("/audit");
        assertEquals(403, viewer.get("status_code").asInt());
        assertEquals("viewer", viewer.get("user").asText());
        assertEquals("Forbidden", viewer.at("/response_data/title").asText());
    }

    @Test
    void whatIsLongIsShownAsFarAsItIsKept() throws Exception {
        String filters = "['" + "x".repeat(50) + "'" + (", '" + "x".repeat(50) + "'").repeat(90) + "]";
        admin.post(
                        "/deploy/configs",
                        "{'repo_id': 7, 'repo_full_name': 'octo-org/long', 'path_filters': " + filters
                                + ", 'timeout_seconds': 77}")
                .is(201);
        JsonNode entry = entry("/deploy/configs");
        assertEquals(7, entry.at("/request_data/body/repo_id").asInt());
        assertTrue(entry.at("/request_data/body/timeout_seconds").isMissingNode());
        assertTrue(entry.get("request_size").asInt() > RequestTrace.MOST_BYTES);
    }

    @Test
    void requestsThatCouldNotBeLoggedAreCounted() {
        assertEquals("0", admin.get("/logs").header("X-Dropped-Count"));
        world.requestLog.close();
        admin.get("/audit").is(200);
        long dropped = 0;
        while (dropped < 2) {
            dropped = Long.parseLong(admin.get("/logs").header("X-Dropped-Count"));
        }
    }
}
