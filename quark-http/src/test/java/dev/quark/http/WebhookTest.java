package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.check.ChecksChanged;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.event.QuarkEvent;
import dev.quark.core.source.Commit;
import dev.quark.core.webhook.Delivery;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookTest {

    private static final String HEAD = "'head_commit':{'id':'" + World.SHA
            + "','message':'Fix it','author':{'name':'Mona','email':'m@example.com'},'added':['x']}";
    private static final String PUSH = "{'ref':'refs/heads/main','before':'0','deleted':false,'created':false,"
            + "'forced':false,'repository':{'id':1,'owner':{'login':'octo-org'},'full_name':'Octo-Org/octo-repo'},"
            + "'pusher':{'name':'octocat'},'sender':{'login':'other'}," + HEAD
            + ",'commits':[{'id':'1','added':['src/a'],'modified':[],'removed':['b']},{'added':['c']}]}";

    private final World world = new World();
    private final Api github = Api.of(world, null);

    @AfterEach
    void stop() {
        world.close();
    }

    private Api.Reply deliver(String id, String event, String json) {
        return deliver("/api/webhook", "application/json", id, event, json.replace('\'', '"'));
    }

    private Api.Reply deliver(String path, String type, String id, String event, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return github.with(
                        "Content-Type", type,
                        "X-GitHub-Event", event,
                        "X-GitHub-Delivery", id,
                        "X-Hub-Signature-256", world.signature.of(bytes))
                .send("POST", path, BodyPublishers.ofByteArray(bytes));
    }

    private Deployment deployed(Api.Reply reply) {
        return world.deployments
                .find(DeploymentId.parse(reply.json().get("deployment_id").asText()))
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/webhook", "/api/github"})
    void aPushIsQueued(String path) {
        world.config("main", true);
        String body = PUSH.replace('\'', '"');
        Api.Reply reply =
                deliver(path, "application/json", "guid-1", "push", body).is(202);
        JsonNode answer = reply.json();
        assertEquals("success", answer.get("status").asText());
        assertEquals("guid-1", answer.get("event_id").asText());
        assertTrue(answer.get("deployment_triggered").asBoolean());
        assertEquals(answer.get("deployment_id"), answer.get("deployment_ids").get(0));
        assertEquals("queued: production", answer.get("action").asText());
        assertEquals(new Commit(World.SHA, "Fix it", "Mona"), deployed(reply).commit());
        assertEquals("octocat", deployed(reply).triggeredBy());
        Delivery stored = Objects.requireNonNull(world.deliveries.stored.get("guid-1"));
        assertArrayEquals(body.getBytes(StandardCharsets.UTF_8), stored.payload());
        assertEquals("push", stored.headers().get("X-GitHub-Event"));
        assertFalse(stored.headers().containsKey("X-Hub-Signature-256"));
    }

    @Test
    void aSecondDeliveryChangesNothing() {
        world.config("main", true);
        String first = deliver("guid-1", "push", PUSH)
                .is(202)
                .json()
                .get("deployment_id")
                .asText();
        JsonNode second = deliver("guid-1", "push", PUSH).is(200).json();
        assertFalse(second.get("deployment_triggered").asBoolean());
        assertEquals(first, second.get("deployment_id").asText());
        assertEquals("duplicate: queued: production", second.get("action").asText());
    }

    @Test
    void whatIsNotDeployedSaysWhy() {
        world.config("release", true);
        Map<String, String> reasons = new HashMap<>();
        reasons.put(PUSH, "ignored: production deploys release, not main");
        reasons.put(PUSH.replace("heads/main", "tags/v1"), "ignored: refs/tags/v1 is not a branch");
        reasons.put(
                PUSH.replace("'deleted':false", "'deleted':true").replace(HEAD, "'head_commit':null"),
                "ignored: the branch was deleted");
        reasons.put(
                PUSH.replace("main", "release").replace("Fix it", "Fix [skip ci]"),
                "skipped: the head commit's message asks for it");
        reasons.put(PUSH.replace("octo-repo", "other"), "ignored: no deployment config is for Octo-Org/other");
        int n = 0;
        for (Map.Entry<String, String> reason : reasons.entrySet()) {
            JsonNode answer =
                    deliver("guid-" + n++, "push", reason.getKey()).is(200).json();
            assertEquals(reason.getValue(), answer.get("action").asText());
            assertTrue(answer.get("deployment_id").isNull());
        }
        assertEquals(reasons.size(), world.deliveries.stored.size());
    }

    @Test
    void aPingAndOtherEventsAreTaken() {
        assertEquals(
                "pong",
                deliver("guid-1", "ping", "{'zen':'x','hook':{'repository':1}}")
                        .is(200)
                        .json()
                        .get("action")
                        .asText());
        deliver("guid-2", "issues", "{'repository':{'full_name':'a/b'}}").is(200);
        assertEquals(
                "a/b",
                String.valueOf(Objects.requireNonNull(world.deliveries.stored.get("guid-2"))
                        .repository()));
        deliver("guid-3", "organization", "{'repository':{'full_name':'-'}}").is(200);
    }

    @Test
    void whatTellsOfChecksWakesThoseWhoWaitForThem() {
        List<QuarkEvent> heard = new CopyOnWriteArrayList<>();
        world.events.subscribe(event -> {
            if (event instanceof ChecksChanged) {
                heard.add(event);
            }
        });
        String inside = "{'head_sha':'" + World.SHA + "'},'repository':{'full_name':'octo-org/octo-repo'}}";
        assertEquals(
                "noted: the checks of " + World.SHA.abbreviated() + " changed",
                deliver("guid-1", "check_suite", "{'check_suite':" + inside)
                        .is(200)
                        .json()
                        .get("action")
                        .asText());
        deliver("guid-2", "workflow_run", "{'workflow_run':" + inside).is(200);
        deliver("guid-3", "status", "{'sha':'" + World.SHA + "','repository':{'full_name':'octo-org/octo-repo'}}")
                .is(200);
        assertEquals(Collections.nCopies(3, new ChecksChanged(World.REPOSITORY, World.SHA)), heard);

        deliver("guid-4", "check_run", "{'check_run':null,'repository':{'full_name':'octo-org/octo-repo'}}")
                .is(200);
        deliver("guid-5", "status", "{'sha':'main','repository':{'full_name':'octo-org/octo-repo'}}")
                .is(200);
        deliver("guid-6", "deployment", "{'sha':'" + World.SHA + "','repository':{'full_name':'octo-org/octo-repo'}}")
                .is(200);
        assertEquals(3, heard.size());
    }

    @Test
    void aFormIsTakenToo() {
        world.config("main", true);
        String json = PUSH.replace('\'', '"').replace("Fix it", "Fix ä + b%");
        String form = "a=1&payload=" + URLEncoder.encode(json, StandardCharsets.UTF_8) + "&b=2";
        Api.Reply reply = deliver("/api/webhook", "application/x-www-form-urlencoded", "guid-1", "push", form)
                .is(202);
        assertEquals(
                new Commit(World.SHA, "Fix ä + b%", "Mona"), deployed(reply).commit());
        for (String bad : new String[] {"a=1", "payload=%7", "payload=%zz", "xpayload={}", "payload="}) {
            deliver("/api/webhook", "application/x-www-form-urlencoded", "guid-2", "push", bad)
                    .is(400)
                    .detail();
        }
    }

    @Test
    void nothingIsReadWithoutTheRightSignature() {
        Api post = github.with("Content-Type", "application/json", "X-GitHub-Event", "push");
        post.send("POST", "/api/webhook", "no JSON").is(401);
        post.with("X-Hub-Signature-256", "sha256=" + "0".repeat(64))
                .send("POST", "/api/webhook", "no JSON")
                .is(401);
        post.with("X-Hub-Signature-256", world.signature.of("other".getBytes(StandardCharsets.UTF_8)))
                .send("POST", "/api/webhook", PUSH)
                .is(401);
        assertEquals(3, world.server.rejectedSignatures());
        assertTrue(world.deliveries.stored.isEmpty());
    }

    @Test
    void headersThatGitHubSendsMustBeThere() {
        byte[] body = PUSH.getBytes(StandardCharsets.UTF_8);
        Api signed = github.with("Content-Type", "application/json", "X-Hub-Signature-256", world.signature.of(body));
        assertTrue(signed.with("X-GitHub-Delivery", "x")
                .send("POST", "/api/webhook", PUSH)
                .is(400)
                .detail()
                .contains("X-GitHub-Event"));
        assertTrue(signed.with("X-GitHub-Event", "push")
                .send("POST", "/api/webhook", PUSH)
                .is(400)
                .detail()
                .contains("X-GitHub-Delivery"));
        deliver("no/guid", "push", PUSH).is(400);
        deliver("guid", "Push!", "{}").is(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "{",
                "{}",
                "{} {}",
                "{'ref':1,'repository':{'full_name':'a/b'}}",
                "{'ref':{'a':[1]},'repository':{'full_name':'a/b'}}",
                "{'ref':'refs/heads/main','repository':'a/b'}",
                "{'ref':'refs/heads/main','repository':{'full_name':'a'}}",
                "{'ref':'refs/heads/main','repository':{'full_name':'a/b'},'deleted':'no'}",
                "{'ref':'refs/heads/main','repository':{'full_name':'a/b'},'head_commit':{'id':'abc'}}",
                "{'ref':'refs/heads/main','repository':{'full_name':'a/b'},'head_commit':[]}",
                "{'ref':'refs/heads/main','repository':{'full_name':'a/b'},'commits':{}}",
                "{'ref':'refs/heads/main','repository':{'full_name':'a/b'},'commits':[1]}",
                "{'ref':'refs/heads/main','repository':{'full_name':'a/b'},'commits':[{'added':[1]}]}",
                "{'ref':'refs/heads/main','repository':{'full_name':'a/b'},'commits':[{'added':'x'}]}",
                "{'ref':'refs/heads/main','repository':{'full_name':'a/b'},'pusher':'x'}",
            })
    void aHostilePayloadIsRefusedWithASentence(String json) {
        assertTrue(deliver("guid-1", "push", json).is(400).detail().endsWith("."));
        assertTrue(world.deliveries.stored.isEmpty());
    }

    @Test
    void nothingMayFollowThePayload() {
        deliver("guid-1", "push", PUSH + " {}").is(400);
        deliver("guid-2", "push", PUSH + " x").is(400);
        deliver("guid-3", "push", PUSH + " \n").is(200);
    }

    @Test
    void nestingHasALimit() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        deliver("guid-1", "push", "{'x':" + deep + "}").is(400);
        deliver("guid-2", "push", "{'" + "n".repeat(100_000) + "':1}").is(400);
    }

    @Test
    void filesAreKnownOnlyWhereThePayloadListsThemAll() {
        assertEquals(java.util.Set.of("src/a", "b", "c"), read(PUSH).changedFiles());
        assertTrue(read(PUSH).changedFilesKnown());
        assertFalse(read(PUSH.replace("'created':false", "'created':true")).changedFilesKnown());
        assertFalse(read(PUSH.replace("'forced':false", "'forced':true")).changedFilesKnown());
        assertFalse(read(PUSH.replaceFirst("'commits':.*", "'commits':[]}")).changedFilesKnown());
        assertTrue(read(commits(2047)).changedFilesKnown());
        assertFalse(read(commits(2048)).changedFilesKnown());
        assertEquals(
                "other", read(PUSH.replace("'pusher':{'name':'octocat'},", "")).pusher());
    }

    private static String commits(int n) {
        return PUSH.replaceFirst("'commits':.*", "'commits':[" + "{},".repeat(n - 1) + "{}]}");
    }

    private static dev.quark.core.webhook.Push read(String json) {
        return PushReader.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                .push();
    }

    @Test
    void otherTypesAreNotTaken() {
        deliver("/api/webhook", "text/xml", "guid-1", "push", "<x/>").is(415);
    }

    @Test
    void aPushOfTheLargestSizeIsTakenAndNoLargerOne() {
        world.config("main", true);
        String large = PUSH.replace("'before':'0'", "'before':'" + "0".repeat(24 << 20) + "'");
        deliver("guid-1", "push", large).is(202);
        assertTrue(github.with("X-Hub-Signature-256", "x")
                .send("POST", "/api/webhook", BodyPublishers.ofByteArray(new byte[(25 << 20) + 1]))
                .is(413)
                .detail()
                .contains("26214400"));
    }
}
