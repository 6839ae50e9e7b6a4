package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.config.ConfigName;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Phase;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.identity.Role;
import dev.quark.core.result.Result;
import dev.quark.core.result.Result.Standing;
import dev.quark.core.source.BranchName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentApiTest {

    private final World world = new World();
    private final Api deployer = Api.of(world, Role.DEPLOYER);

    @AfterEach
    void stop() {
        world.close();
    }

    private Deployment stored(String id) {
        return world.deployments.find(DeploymentId.parse(id)).orElseThrow();
    }

    @Test
    void queuesWhatAPersonAsksFor() {
        world.config("main", false);
        Api.Reply reply = deployer.post(
                        "/deploy/trigger",
                        "{'repo_full_name':'octo-org/octo-repo','branch':'main','commit_sha':null,"
                                + "'manual_trigger':true,'triggered_by':'somebody else'}")
                .is(202);
        JsonNode receipt = reply.json();
        String id = receipt.get("deployment_id").asText();
        assertEquals("pending", receipt.get("status").asText());
        assertEquals("/deployments/" + id + "/logs", receipt.get("logs_url").asText());
        assertEquals("/deployments/" + id, reply.header("Location"));
        assertEquals("deployer", stored(id).triggeredBy());
        assertEquals(Trigger.MANUAL, stored(id).trigger());
        deployer.post(
                        "/deploy/trigger",
                        "{'repo_full_name':'octo-org/octo-repo','commit_sha':'" + World.SHA + "','name':'production'}")
                .is(202);
    }

    @Test
    void namesEveryFaultOfATrigger() {
        assertEquals(
                List.of("repo_full_name", "branch", "commit_sha", "name", "when"),
                deployer.post(
                                "/deploy/trigger",
                                "{'repo_full_name':7,'branch':'..','commit_sha':'abc','name':' ','when':'now'}")
                        .faults());
        deployer.post("/deploy/trigger", "{'repo_full_name':'a/b'}").is(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/deployments", "/deploy/deployments"})
    void showsEveryField(String prefix) {
        DeploymentId id = world.running();
        world.phases.begin(id, Phase.RUNNING, Instant.parse("2026-11-23T10:00:01.250Z"));
        world.complete(id);
        JsonNode shown = deployer.get(prefix + "/" + id).is(200).json();
        assertEquals(
                "{\"id\":\"" + id + "\",\"config_id\":\""
                        + world.configOf(id)
                        + "\",\"repo_full_name\":\"octo-org/octo-repo\",\"branch\":\"main\",\"name\":\"production\","
                        + "\"commit_sha\":\"" + World.SHA + "\",\"commit_message\":\"Fix it\","
                        + "\"commit_author\":\"Mona\",\"status\":\"completed\",\"trigger\":\"push\","
                        + "\"triggered_by\":\"octocat\",\"manual_trigger\":false,"
                        + "\"created_at\":\"2026-11-23T10:00:00.120Z\",\"started_at\":\"2026-11-23T10:00:01.000Z\","
                        + "\"completed_at\":\"2026-11-23T10:00:03.500Z\",\"duration_ms\":2500,\"exit_code\":0,"
                        + "\"error_message\":null,\"queue_position\":null,\"release\":\"" + id
                        + "\",\"node\":\"node-1\",\"checks_until\":null,"
                        + "\"rollback_of\":null,\"phase\":null,\"cutover\":null,\"phases\":["
                        + "{\"name\":\"queued\",\"started_at\":\"2026-11-23T10:00:00.120Z\",\"duration_ms\":880},"
                        + "{\"name\":\"checking_out\",\"started_at\":\"2026-11-23T10:00:01.000Z\",\"duration_ms\":250},"
                        + "{\"name\":\"running\",\"started_at\":\"2026-11-23T10:00:01.250Z\",\"duration_ms\":2250}],"
                        + "\"github\":{\"state\":\"queued\",\"error\":null,\"next_attempt_at\":null,"
                        + "\"deployment_id\":null}}",
                shown.toString());
    }

    @Test
    void showsWhatGitHubWasTold() {
        DeploymentId id = world.running();
        assertEquals("retrying GitHub is down", github(id, Standing.ON, null, "GitHub is down"));
        assertEquals("sent null", github(id, Standing.ON, DeploymentStatus.IN_PROGRESS, null));
        assertEquals("queued null", github(id, Standing.ON, DeploymentStatus.PENDING, null));
        assertEquals("dropped too old", github(id, Standing.DROPPED, DeploymentStatus.IN_PROGRESS, "too old"));
        assertEquals("off no token", github(id, Standing.OFF, null, "no token"));
    }

    private String github(DeploymentId id, Standing standing, @Nullable DeploymentStatus told, @Nullable String error) {
        Instant next = error == null || standing != Standing.ON ? null : Instant.EPOCH;
        world.results.save(new Result(id, standing, told, null, 7L, false, 1, next, error), true);
        JsonNode shown = deployer.get("/deployments/" + id).is(200).json().get("github");
        assertEquals(7, shown.get("deployment_id").asInt());
        assertEquals(next == null, shown.get("next_attempt_at").isNull());
        return shown.get("state").asText() + " " + shown.get("error").asText();
    }

    @Test
    void showsThatOneWaitsForChecks() {
        Deployment waiting = world.pending();
        DeploymentState.Pending state = new DeploymentState.Pending(Instant.parse("2026-11-23T11:00:00Z"));
        world.move(waiting.id(), state);
        JsonNode shown = deployer.get("/deployments/" + waiting.id()).is(200).json();
        assertEquals("pending", shown.get("status").asText());
        assertEquals("awaiting_checks", shown.get("phase").asText());
        assertTrue(shown.at("/phases/0/duration_ms").isNull(), shown.toString());
        assertEquals("2026-11-23T11:00:00.000Z", shown.get("checks_until").asText());
    }

    @Test
    void showsWhatOneIsBusyWithAlsoInTheList() {
        DeploymentId id = world.running();
        assertEquals(
                "checking_out",
                deployer.get("/deployments/" + id).json().get("phase").asText());
        world.phases.begin(id, Phase.RUNNING, Instant.parse("2026-11-23T10:00:01.250Z"));
        JsonNode listed = deployer.get("/deployments").is(200).json().get(0);
        assertEquals("running", listed.get("phase").asText());
        assertFalse(listed.has("phases"));
    }

    @Test
    void showsThePlaceInTheQueueAndNullsOfOneThatWaits() {
        Deployment first = world.pending();
        Deployment second = Deployment.pending(
                world.nextDeployment(),
                world.configOf(first.id()),
                World.REPOSITORY,
                new BranchName("main"),
                ConfigName.DEFAULT,
                null,
                Trigger.MANUAL,
                "x",
                Instant.EPOCH);
        world.deployments.add(second);
        JsonNode shown = deployer.get("/deployments/" + second.id()).is(200).json();
        assertEquals(2, shown.get("queue_position").asInt());
        for (String name : List.of("commit_sha", "commit_message", "started_at", "duration_ms", "release", "node")) {
            assertTrue(shown.get(name).isNull(), name);
        }
        assertTrue(shown.get("manual_trigger").asBoolean());
    }

    @Test
    void showsWhyOneFailed() {
        DeploymentId id = world.running();
        DeploymentState.InProgress running =
                (DeploymentState.InProgress) stored(id.toString()).state();
        world.move(id, running.fail(Instant.EPOCH, 3, "The command ended with exit code 3."));
        JsonNode shown = deployer.get("/deployments/" + id).is(200).json();
        assertEquals(3, shown.get("exit_code").asInt());
        assertEquals(
                "The command ended with exit code 3.",
                shown.get("error_message").asText());
        assertTrue(shown.get("release").isNull());
    }

    @Test
    void listsNewestFirstByFilterAndPage() {
        DeploymentId first = world.running();
        world.configs.remove(world.configOf(first), Instant.EPOCH);
        DeploymentId second = world.pending().id();
        Api.Reply all = deployer.get("/deployments").is(200);
        assertEquals("2", all.header("X-Total-Count"));
        assertEquals("", all.header("Link"));
        assertEquals(second.toString(), all.json().get(0).get("id").asText());
        Api.Reply page = deployer.get("/deployments?limit=1&branch=main&repo_full_name=octo-org/octo-repo")
                .is(200);
        assertEquals(1, page.json().size());
        String next = page.header("Link").replaceAll("<(.*)>; rel=\"next\"", "$1");
        JsonNode older = deployer.get(next).is(200).json();
        assertEquals(first.toString(), older.get(0).get("id").asText());
        assertEquals(1, deployer.get("/deployments?status=in_progress").json().size());
        assertEquals(0, deployer.get("/deployments?branch=other").json().size());
        assertEquals(0, deployer.get("/deployments?offset=2").json().size());
    }

    @Test
    void namesEveryFaultOfAQuery() {
        assertEquals(
                List.of("repo_full_name", "branch", "status", "before", "limit", "offset"),
                deployer.get("/deployments?repo_full_name=x&branch=-&status=done&before=1&limit=101&offset=x")
                        .faults());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/deployments", "/deploy/deployments"})
    void cancels(String prefix) {
        DeploymentId pending = world.pending().id();
        JsonNode receipt =
                deployer.post(prefix + "/" + pending + "/cancel").is(202).json();
        assertEquals("cancelled", receipt.get("status").asText());
        assertEquals(DeploymentStatus.CANCELLED, stored(pending.toString()).status());
        deployer.post(prefix + "/" + pending + "/cancel").is(409).detail();
        world.configs.remove(world.configOf(pending), Instant.EPOCH);
        DeploymentId running = world.running();
        assertEquals(
                "in_progress",
                deployer.post(prefix + "/" + running + "/cancel")
                        .is(202)
                        .json()
                        .get("status")
                        .asText());
        deployer.post(prefix + "/nonsense/cancel").is(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/deployments", "/deploy/deployments"})
    void redeploys(String prefix) {
        DeploymentId id = world.running();
        world.complete(id);
        String again = deployer.post(prefix + "/" + id + "/redeploy")
                .is(202)
                .json()
                .get("deployment_id")
                .asText();
        assertEquals(Trigger.REDEPLOY, stored(again).trigger());
        assertEquals(stored(id.toString()).commit(), stored(again).commit());
        deployer.post(prefix + "/01980b5e-7a51-7cc2-9c6b-ffffffffffff/redeploy").is(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/deployments", "/deploy/deployments"})
    void rollsBackToACompletedDeployment(String prefix) {
        DeploymentId id = world.running();
        deployer.post(prefix + "/" + id + "/rollback").is(409).detail();
        world.complete(id);
        world.remember(id);
        String back = deployer.post(prefix + "/" + id + "/rollback?environment=current")
                .is(202)
                .json()
                .get("deployment_id")
                .asText();
        assertEquals(Trigger.ROLLBACK, stored(back).trigger());
        assertEquals(new Deployment.Origin(id, true), stored(back).origin());
        assertEquals(stored(id.toString()).commit(), stored(back).commit());
        assertEquals("deployment.rollback", world.audited.getLast().action());
        assertEquals(
                List.of("environment"),
                deployer.post(prefix + "/" + id + "/rollback?environment=old").faults());
        Api.of(world, Role.VIEWER).post(prefix + "/" + id + "/rollback").is(403);
        deployer.post(prefix + "/01980b5e-7a51-7cc2-9c6b-ffffffffffff/rollback").is(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/deployments", "/deploy/deployments"})
    void deletes(String prefix) {
        DeploymentId id = world.running();
        deployer.delete(prefix + "/" + id).is(409).detail();
        world.complete(id);
        assertEquals("", deployer.delete(prefix + "/" + id).is(204).body());
        deployer.get(prefix + "/" + id).is(404);
        deployer.delete(prefix + "/" + id).is(404);
    }

    @Test
    void asksForPatienceWhileTheDatabaseDoesNotAnswer() {
        world.deployments.down = true;
        Api.Reply reply = deployer.get("/deployments/" + world.nextDeployment()).is(503);
        assertEquals("1", reply.header("Retry-After"));
        assertEquals("The database doesn't answer.", reply.detail());
    }

    @Test
    void saysNothingOfAFailureButWhereToLook() {
        world.deployments.broken = true;
        Api.Reply reply = deployer.get("/deployments/" + world.nextDeployment()).is(500);
        assertFalse(reply.body().contains("secret"));
        assertTrue(reply.json().get("id").asText().matches("[0-9a-f-]{36}"));
        assertEquals("The server failed: its log has more under this id.", reply.detail());
    }

    @Test
    void aFileOfTheServersThatFailsIsAFailureAndNoBrokenConnection() {
        world.deployments.unreadable = true;
        Api.Reply reply = deployer.get("/deployments/" + world.nextDeployment()).is(500);
        assertFalse(reply.body().contains("secret"));
        assertTrue(reply.json().get("id").asText().matches("[0-9a-f-]{36}"));
    }
}
