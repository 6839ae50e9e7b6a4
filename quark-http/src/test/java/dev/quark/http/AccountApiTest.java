package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.identity.GitHubAccount;
import dev.quark.core.identity.Role;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountApiTest {

    private static final String SOME_ID = "01980b5e-7a51-7cc2-9c6b-ffffffffffff";

    private final World world = new World();
    private final Api admin = Api.of(world, Role.ADMIN);
    private final Api deployer = Api.of(world, Role.DEPLOYER);
    private final Api viewer = Api.of(world, Role.VIEWER);

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void makesATokenWhoseSecretIsShownOnce() {
        Api.Reply made = deployer.post(
                        "/auth/tokens", "{'name':'CI','scope':'viewer','expires_at':'2999-01-01T00:00:00+01:00'}")
                .is(201);
        String secret = made.json().get("token").asText();
        assertTrue(secret.startsWith("qk_"));
        assertEquals("2998-12-31T23:00:00.000Z", made.json().get("expires_at").asText());
        assertEquals("/auth/tokens/" + made.json().get("id").asText(), made.header("Location"));
        Api.Reply list = deployer.get("/auth/tokens").is(200);
        assertFalse(list.body().contains(secret));
        assertEquals("CI", list.json().get(0).get("name").asText());
        Api program = deployer.withToken(secret);
        assertEquals(
                "viewer", program.get("/auth/me").is(200).json().get("role").asText());
        program.get("/deployments").is(200);
        program.post("/deploy/trigger", "{}").is(403);
        assertFalse(
                deployer.get("/auth/tokens").json().get(0).get("last_used_at").isNull());
    }

    @Test
    void aRemovedUsersGitHubTokenIsWorthNothingAtGitHubEither() {
        world.signInWithGitHub(Role.VIEWER, "gho_viewer");
        admin.delete("/users/" + world.user(Role.VIEWER).id()).is(204);
        assertEquals(List.of("gho_viewer"), world.host.revoked());
    }

    @Test
    void namesTheFaultsOfAToken() {
        assertEquals(
                List.of("name", "scope", "expires_at", "colour"),
                deployer.post("/auth/tokens", "{'name':1,'scope':'root','expires_at':'tomorrow','colour':1}")
                        .faults());
        assertEquals(
                List.of("name", "scope"), deployer.post("/auth/tokens", "{}").faults());
        assertEquals(
                List.of("scope", "expires_at"),
                deployer.post("/auth/tokens", "{'name':'x','scope':'admin','expires_at':'2020-01-01T00:00:00Z'}")
                        .faults());
        deployer.post("/auth/tokens", "{'name':'x','scope':'viewer','expires_at':null}")
                .is(201);
        deployer.post("/auth/tokens", "{'name':'X','scope':'viewer'}").is(409);
    }

    @Test
    void aRemovedTokenIsWorthNothingAtOnce() {
        Api.Reply made =
                viewer.post("/auth/tokens", "{'name':'CI','scope':'viewer'}").is(201);
        String path = made.header("Location");
        Api program = viewer.withToken(made.json().get("token").asText());
        deployer.delete(path).is(404);
        viewer.get("/auth/tokens?all=true").is(403);
        assertEquals(1, admin.get("/auth/tokens?all=true").is(200).json().size());
        admin.delete(path).is(204);
        program.get("/auth/me").is(401);
        admin.delete(path).is(404);
        admin.delete("/auth/tokens/no-id").is(404);
    }

    @Test
    void signingOutWithATokenRemovesIt() {
        Api.Reply made =
                viewer.post("/auth/tokens", "{'name':'CI','scope':'viewer'}").is(201);
        Api program = viewer.withToken(made.json().get("token").asText());
        program.post("/auth/logout").is(200);
        program.get("/auth/me").is(401);
        viewer.get("/auth/me").is(200);
    }

    @Test
    void takesGitHubsTokens() {
        Api mona = viewer.withToken("ghp_mona");
        mona.get("/auth/me").is(401);
        world.github.give("github_pat_mona", new GitHubAccount(42, "mona"));
        JsonNode me =
                viewer.withToken("github_pat_mona").get("/auth/me").is(200).json();
        assertEquals(42, me.get("github_id").asLong());
        assertEquals("deployer", me.get("role").asText());
        assertTrue(viewer.withToken("github_pat_mona")
                .post("/auth/logout")
                .is(409)
                .detail()
                .contains("revoke it there"));
        world.github.give("gho_other", new GitHubAccount(43, "other"));
        viewer.withToken("gho_other").get("/auth/me").is(403);
        world.github.setDown(true);
        assertTrue(viewer.withToken("gho_new").get("/auth/me").is(503).detail().contains("GitHub does not answer"));
    }

    @Test
    void addsChangesAndRemovesUsers() {
        Api.Reply added = admin.post(
                        "/users",
                        "{'username':'hubot','email':'hubot@example.com','password':'correct horse battery','role':'viewer'}")
                .is(201);
        String path = added.header("Location");
        assertFalse(added.body().contains("correct horse"));
        Api hubot = signIn("hubot@example.com", "correct horse battery");
        hubot.get("/users").is(403);
        admin.patch(path, "{'role':'admin','email':null}").is(200);
        assertEquals(4, hubot.get("/users").is(200).json().size());
        assertTrue(hubot.get("/auth/me").json().get("email").isNull());
        admin.patch(path, "{'password':'another long one'}").is(200);
        hubot.get("/auth/me").is(401);
        Api again = signIn("hubot", "another long one");
        assertEquals("hubot", admin.get(path).is(200).json().get("username").asText());
        again.delete(path).is(409);
        admin.delete(path).is(204);
        again.get("/auth/me").is(401);
        admin.delete(path).is(404);
    }

    @Test
    void aUserWithoutAPasswordSignsInWithGitHub() {
        Api octocat = viewer.withToken("ghp_octocat");
        world.github.give("ghp_octocat", new GitHubAccount(583231, "OctoCat"));
        octocat.get("/auth/me").is(403);
        JsonNode added = admin.post("/users", "{'username':'octocat','role':'admin'}")
                .is(201)
                .json();
        assertTrue(added.get("github_id").isNull());
        assertFalse(added.get("has_password").asBoolean());
        // The refusal is remembered for some seconds: another token of the same account.
        world.github.give("gho_octocat", new GitHubAccount(583231, "OctoCat"));
        JsonNode me = viewer.withToken("gho_octocat").get("/auth/me").is(200).json();
        assertEquals(added.get("id"), me.get("id"));
        assertEquals(583231, me.get("github_id").asLong());
        assertEquals("admin", me.get("role").asText());
    }

    @Test
    void namesTheFaultsOfAUser() {
        assertEquals(
                List.of("role", "colour"),
                admin.post("/users", "{'username':'a','role':'root','colour':1}")
                        .faults());
        assertEquals(List.of("username"), admin.post("/users", "{}").faults());
        assertEquals(
                List.of("username", "email", "password"),
                admin.post("/users", "{'username':'a b','email':'x','password':'short'}")
                        .faults());
        admin.post("/users", "{'username':'VIEWER','password':'correct horse battery'}")
                .is(409);
        admin.patch("/users/" + SOME_ID, "{}").is(404);
        admin.get("/users/" + SOME_ID).is(404);
        admin.get("/users/x").is(404);
        assertEquals(
                List.of("limit", "offset"),
                admin.get("/users?limit=0&offset=-1").faults());
    }

    @Test
    void theLastAdministratorStays() {
        String path = "/users/" + admin.get("/auth/me").json().get("id").asText();
        admin.delete(path).is(409);
        admin.patch(path, "{'role':'viewer'}").is(409);
        admin.get(path).is(200);
    }

    @Test
    void showsTheAuditLogNewestFirst() {
        admin.post("/users", "{'username':'one','role':'viewer'}").is(201);
        admin.post("/users", "{'username':'two','role':'viewer'}").is(201);
        Api.Reply page = admin.get("/audit?limit=1").is(200);
        assertEquals("2", page.header("X-Total-Count"));
        JsonNode entry = page.json().get(0);
        assertEquals("admin", entry.get("actor").asText());
        assertEquals("127.0.0.1", entry.get("address").asText());
        assertEquals("user.create", entry.get("action").asText());
        assertEquals("two, GitHub, viewer", entry.get("detail").asText());
        assertEquals(
                "one, GitHub, viewer",
                admin.get("/audit?offset=1").is(200).json().get(0).get("detail").asText());
        assertEquals(List.of("limit"), admin.get("/audit?limit=1001").faults());
    }

    private Api signIn(String login, String password) {
        return admin.withToken(Api.of(world, null)
                .post("/auth/login", "{'username':'" + login + "','password':'" + password + "'}")
                .is(200)
                .json()
                .get("access_token")
                .asText());
    }
}
