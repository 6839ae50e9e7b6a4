package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.codehost.HostToken;
import dev.quark.core.identity.GitHubAccount;
import dev.quark.core.identity.Role;
import dev.quark.core.secret.Secret;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who fails too often has to wait; who doesn't never does. */
class LimitsTest {

    private static final Limits.Limit THREE = new Limits.Limit(3, Duration.ofDays(1));
    private static final String GOOD = "{'username':'viewer','password':'viewer'}";
    private static final String WRONG = "{'username':'Viewer','password':'x'}";

    private final World world = new World(new Settings(
            "127.0.0.1",
            0,
            List.of("127.0.0.0/8"),
            null,
            true,
            World.TIMES,
            new Limits(THREE, new Limits.Limit(5, Duration.ofDays(1)), THREE, THREE)));

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void wrongPasswordsFromOneAddress() {
        for (int i = 0; i < 10; i++) {
            from("203.0.113.1").post("/auth/login", GOOD).is(200);
        }
        for (int i = 0; i < 3; i++) {
            from("203.0.113.1").post("/auth/login", WRONG).is(401);
        }
        Api.Reply refused = from("203.0.113.1").post("/auth/login", GOOD).is(429);
        assertTrue(Integer.parseInt(refused.header("Retry-After")) > 0);
        assertTrue(refused.detail().startsWith("Too many attempts to sign in came from this address."));
        from("203.0.113.2").post("/auth/login", GOOD).is(200);
    }

    @Test
    void wrongCodesOfGitHubFromOneAddress() {
        world.host.code("code", HostToken.of(Secret.of("gho_octocat")));
        world.accounts.give("gho_octocat", new GitHubAccount(1, "octocat"));
        for (int i = 0; i < 3; i++) {
            callBack("203.0.113.1", "wrong").is(401);
        }
        callBack("203.0.113.1", "code").is(429);
        callBack("203.0.113.2", "code").is(302);
    }

    /** Comes back from GitHub, where a browser at an address went before. */
    private Api.Reply callBack(String address, String code) {
        Api.Reply begun = from(address).get("/auth/github/login?begin=here").is(200);
        String state = begun.json().get("login_url").asText().replaceFirst(".*state=([^&]*).*", "$1");
        return from(address)
                .with("Cookie", begun.header("Set-Cookie").replaceFirst(";.*", ""))
                .get("/auth/callback?code=" + code + "&state=" + state);
    }

    @Test
    void anIPv6NetworkCountsAsOneAddress() {
        for (int i = 1; i <= 3; i++) {
            from("2001:db8::" + i).post("/auth/login", WRONG).is(401);
        }
        from("2001:db8::4").post("/auth/login", GOOD).is(429);
        from("2001:db8:0:1::4").post("/auth/login", GOOD).is(200);
    }

    @Test
    void wrongPasswordsForOneAccountFromManyAddresses() {
        for (int i = 1; i <= 5; i++) {
            from("203.0.113." + i).post("/auth/login", WRONG).is(401);
        }
        from("203.0.113.9").post("/auth/login", GOOD).is(429);
        from("203.0.113.9")
                .post("/auth/login", "{'username':'deployer','password':'deployer'}")
                .is(200);
    }

    @Test
    void wrongTokensButNeverRightOnes() {
        Api anybody = from("203.0.113.1");
        for (int i = 0; i < 3; i++) {
            anybody.withToken("qk_wrong" + i).get("/auth/me").is(401);
        }
        assertTrue(Integer.parseInt(
                        anybody.withToken("qk_wrong").get("/auth/me").is(429).header("Retry-After"))
                > 0);
        anybody.withToken(World.token(Role.VIEWER)).get("/auth/me").is(200);
    }

    @Test
    void gitHubIsNotAskedForWhoFailedTooOften() {
        world.github.give("ghp_mona", new GitHubAccount(42, "mona"));
        Api anybody = from("203.0.113.1");
        for (int i = 0; i < 3; i++) {
            anybody.withToken("ghp_wrong" + i).get("/auth/me").is(401);
        }
        assertEquals(3, world.github.questions());
        anybody.withToken("ghp_another").get("/auth/me").is(429);
        anybody.withToken("ghp_mona").get("/auth/me").is(429);
        assertEquals(3, world.github.questions());
        from("203.0.113.2").withToken("ghp_mona").get("/auth/me").is(200);
        // What is known needs no question.
        anybody.withToken("ghp_mona").get("/auth/me").is(200);
    }

    @Test
    void wrongSignaturesButNeverRightOnes() {
        Api github = from("203.0.113.1").with("X-GitHub-Event", "ping", "X-GitHub-Delivery", "1");
        for (int i = 0; i < 3; i++) {
            github.with("X-Hub-Signature-256", "sha256=00")
                    .post("/api/webhook", "{}")
                    .is(401);
        }
        assertTrue(Integer.parseInt(github.with("X-Hub-Signature-256", "sha256=00")
                        .post("/api/webhook", "{}")
                        .is(429)
                        .header("Retry-After"))
                > 0);
        String payload = "{\"zen\":\"\",\"repository\":{\"full_name\":\"octo-org/octo-repo\"}}";
        github.with(
                        "X-Hub-Signature-256",
                        world.signature.of(payload.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .post("/api/webhook", payload)
                .is(200);
    }

    private Api from(String address) {
        return Api.of(world, null).with("X-Forwarded-For", address);
    }
}
