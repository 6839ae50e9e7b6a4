package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.identity.Role;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionApiTest {

    private final World world = new World(new Settings(
            "127.0.0.1", 0, List.of("127.0.0.0/8"), "https://dash.example.com", true, World.TIMES, World.LIMITS));
    private final Api anybody = Api.of(world, null);

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void signsInByNameOrAddress() {
        for (String login : List.of("'username':'Admin'", "'email':'admin@example.com'")) {
            JsonNode answer = anybody.post("/auth/login", "{" + login + ",'password':'admin'}")
                    .is(200)
                    .json();
            assertEquals("bearer", answer.get("token_type").asText());
            assertEquals(86_400, answer.get("expires_in").asInt());
            assertEquals("admin", answer.at("/user/role").asText());
            JsonNode me = anybody.withToken(answer.get("access_token").asText())
                    .get("/auth/me")
                    .is(200)
                    .json();
            assertEquals(answer.get("user"), me);
        }
    }

    @Test
    void signingOutEndsThisSessionAtOnce() {
        Api ended = anybody.withToken(world.begin(Role.VIEWER));
        Api other = anybody.withToken(world.begin(Role.VIEWER));
        ended.get("/auth/me").is(200);
        ended.post("/auth/logout").is(200);
        ended.get("/auth/me").is(401);
        ended.post("/auth/logout").is(401);
        other.get("/auth/me").is(200);
        assertEquals(
                "user.sign_out", world.audited.get(world.audited.size() - 1).action());
    }

    @Test
    void refusesAWrongPasswordAndAnUnknownNameAlike() {
        String wrong = anybody.post("/auth/login", "{'username':'admin','password':'x'}")
                .is(401)
                .detail();
        Api.Reply unknown = anybody.post("/auth/login", "{'username':'nobody','password':'x'}")
                .is(401);
        assertEquals(wrong, unknown.detail());
        assertEquals("Bearer realm=\"quark\"", unknown.header("WWW-Authenticate"));
    }

    @Test
    void namesEveryFaultAtOnce() {
        assertEquals(
                List.of("username", "password", "pasword"),
                anybody.post("/auth/login", "{'username':1,'pasword':'x'}").faults());
        assertEquals(
                List.of("password", "username"),
                anybody.post("/auth/login", "{}").faults());
        assertEquals(
                List.of("password"),
                anybody.post("/auth/login", "{'username':'x','password':null}").faults());
    }

    @Test
    void auditsTheAddressThatATrustedProxyTells() {
        anybody.with("X-Forwarded-For", "6.6.6.6, 203.0.113.9, 127.0.0.5")
                .post("/auth/login", "{'username':'viewer','password':'viewer'}")
                .is(200);
        assertEquals("203.0.113.9", world.audited.get(0).address());
    }

    @Test
    void believesNobodyElse() {
        try (World strict = new World()) {
            Api.of(strict, null)
                    .with("X-Forwarded-For", "203.0.113.9")
                    .post("/auth/login", "{'username':'viewer','password':'viewer'}")
                    .is(200);
            assertEquals("127.0.0.1", strict.audited.get(0).address());
        }
    }

    @Test
    void takesNoLargeBodyFromStrangers() {
        anybody.post("/auth/login", "{'username':'" + "x".repeat(20_000) + "'}").is(413);
    }

    @Test
    void letsTheDashboardsOriginInAndNoOther() {
        Api.Reply preflight = RawHttp.preflight(world, "https://dash.example.com");
        assertEquals("https://dash.example.com", preflight.header("Access-Control-Allow-Origin"));
        assertTrue(preflight.header("Access-Control-Allow-Methods").contains("DELETE"));
        assertTrue(preflight.header("Access-Control-Allow-Headers").contains("Authorization"));
        assertEquals("", RawHttp.preflight(world, "https://evil.example.com").header("Access-Control-Allow-Origin"));
        assertEquals("", RawHttp.preflight(world, "https://dashXexample.com").header("Access-Control-Allow-Origin"));
    }

    @Test
    void setsNoHeadersForOtherOriginsWhereNoneIsAllowed() {
        try (World strict = new World()) {
            assertEquals(
                    "", RawHttp.preflight(strict, "https://dash.example.com").header("Access-Control-Allow-Origin"));
        }
    }

    @Test
    void saysWhetherItIsAliveAndReady() {
        assertEquals("ok", anybody.get("/health").is(200).json().get("status").asText());
        assertEquals("ready", anybody.get("/ready").is(200).json().get("status").asText());
        world.obstacles.add("The disk is full.");
        world.obstacles.add("The database doesn't answer.");
        Api.Reply reply = anybody.get("/ready").is(503);
        assertEquals("The disk is full. The database doesn't answer.", reply.detail());
        assertEquals("5", reply.header("Retry-After"));
        anybody.get("/health").is(200);
    }

    @Test
    void answersHeadWithoutABody() {
        Api.Reply reply =
                Api.of(world, Role.VIEWER).send("HEAD", "/deployments").is(200);
        assertEquals("", reply.body());
        assertEquals("2", reply.header("Content-Length"));
    }
}
