package dev.quark.http;

import static dev.quark.http.World.SHA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.identity.Role;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeliveryApiTest {

    private static final String PUSH = """
            {"ref":"refs/heads/main","repository":{"full_name":"octo-org/octo-repo"},\
            "head_commit":{"id":"%s","message":"Say hello","author":{"name":"Mona"}}}""".formatted(SHA);

    private World world;
    private Api viewer;
    private Api admin;

    @BeforeEach
    void start() {
        world = new World();
        viewer = Api.of(world, Role.VIEWER);
        admin = Api.of(world, Role.ADMIN);
        world.config("main", true);
        world.config("release/*", true);
        world.config("ma*", false);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private void deliver(String id, String body) {
        Api.of(world, null)
                .with(
                        "Content-Type",
                        "application/json",
                        "X-GitHub-Event",
                        "push",
                        "X-GitHub-Delivery",
                        id,
                        "X-Hub-Signature-256",
                        world.signature.of(body.getBytes(StandardCharsets.UTF_8)))
                .send("POST", "/api/webhook", body);
    }

    @Test
    void eachConfigSaysWhyItWasDeployedOrNot() {
        deliver("d-1", PUSH);
        JsonNode delivery = viewer.get("/api/webhooks/deliveries/d-1").is(200).json();
        assertEquals(PUSH, delivery.get("payload").asText());
        assertEquals("push", delivery.at("/headers/X-GitHub-Event").asText());
        assertFalse(delivery.get("headers").has("X-Hub-Signature-256"));
        assertEquals(1, delivery.get("deployment_ids").size());
        assertTrue(delivery.at("/configs/0/deployed").asBoolean());
        assertEquals("deploys main", delivery.at("/configs/0/reason").asText());
        assertFalse(delivery.at("/configs/1/deployed").asBoolean());
        assertEquals(
                "deploys release/*, not main", delivery.at("/configs/1/reason").asText());
        assertEquals("has auto_deploy off", delivery.at("/configs/2/reason").asText());
        viewer.get("/api/webhooks/deliveries/none").is(404);
    }

    @Test
    void listsDeliveriesNewestFirst() {
        deliver("d-1", PUSH);
        deliver("d-2", PUSH.replace("Say hello", "Say hello [skip ci]"));
        deliver("d-3", PUSH.replace("octo-repo", "other"));
        Api.Reply page = viewer.get("/api/webhooks/deliveries?limit=2").is(200);
        assertEquals("3", page.header("X-Total-Count"));
        assertEquals("d-3", page.json().at("/0/id").asText());
        assertEquals(
                "skipped: the head commit's message asks for it",
                page.json().at("/1/action").asText());
        assertEquals(
                "skipped: the head commit's message asks for it",
                page.json().at("/1/configs/0/reason").asText());
        JsonNode one = viewer.get("/api/webhooks/deliveries?repo_full_name=octo-org/other")
                .is(200)
                .json();
        assertEquals(List.of("d-3"), List.of(one.at("/0/id").asText()));
        assertEquals(
                List.of("repo_full_name"),
                viewer.get("/api/webhooks/deliveries?repo_full_name=x").faults());
    }

    @Test
    void aDeliveryIsTakenOnceMoreButNoCommitIsDeployedTwice() {
        deliver("d-1", PUSH);
        JsonNode again =
                admin.post("/api/webhooks/deliveries/d-1/redeliver").is(200).json();
        assertFalse(again.get("deployment_triggered").asBoolean());
        assertTrue(again.get("action").asText().contains("has this commit already"), again::toString);
        DeploymentId first = world.deployments
                .list(dev.quark.core.deployment.DeploymentFilter.ANY, null, 1, 0)
                .get(0)
                .id();
        world.start(first);
        world.fail(first);
        JsonNode retried =
                admin.post("/api/webhooks/deliveries/d-1/redeliver").is(202).json();
        assertTrue(retried.get("deployment_triggered").asBoolean());
        JsonNode stored = viewer.get(
                        "/api/webhooks/deliveries/" + retried.get("event_id").asText())
                .is(200)
                .json();
        assertEquals("d-1", stored.at("/headers/X-Quark-Redelivery-Of").asText());
        assertTrue(world.audited.stream().anyMatch(entry -> entry.action().equals("webhook.redeliver")));
    }

    @Test
    void simulatingDoesNothing() {
        JsonNode simulated = viewer.post("/api/webhooks/simulate", PUSH).is(200).json();
        assertTrue(simulated.get("deployment_triggered").asBoolean());
        assertEquals(3, simulated.get("configs").size());
        assertEquals("deploys main", simulated.at("/configs/0/reason").asText());
        assertEquals(0, world.deployments.count(dev.quark.core.deployment.DeploymentFilter.ANY));
        assertEquals(0, world.deliveries.count(null));
        JsonNode nothing = viewer.post("/api/webhooks/simulate", PUSH.replace("refs/heads/main", "refs/tags/v1"))
                .is(200)
                .json();
        assertFalse(nothing.get("deployment_triggered").asBoolean());
        viewer.post("/api/webhooks/simulate", "{}").is(400);
        viewer.post("/api/webhooks/simulate", "no json").is(400);
    }
}
