package dev.quark.http;

import static dev.quark.http.World.REPOSITORY;
import static dev.quark.http.World.SHA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.codehost.HostHook;
import dev.quark.core.identity.Role;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HookApiTest {

    private static final String SET_UP = "/api/repos/octo-org/octo-repo/setup-webhook";
    private static final String URL = "https://quark.example/api/webhook";

    private World world;
    private Api admin;

    @BeforeEach
    void start() {
        world = new World();
        admin = Api.of(world, Role.ADMIN);
        world.host.push(REPOSITORY, "main", SHA, "Say hello", Set.of("a"));
        world.signInWithGitHub(Role.ADMIN, "gho_admin");
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private HostHook hook() {
        List<HostHook> hooks = world.host.list(dev.quark.core.secret.Secret.of("gho_admin"), REPOSITORY);
        assertEquals(1, hooks.size());
        return hooks.get(0);
    }

    @Test
    void createsAHookOnceAndFindsItAgain() {
        JsonNode created = admin.post(SET_UP).is(200).json();
        assertEquals("success", created.get("status").asText());
        assertEquals("created", created.get("action").asText());
        assertEquals(hook().id(), created.get("hook_id").asLong());
        assertTrue(hook().events().contains("push") && hook().active());
        JsonNode again = admin.post(SET_UP).is(200).json();
        assertEquals("unchanged", again.get("action").asText());
        assertEquals(created.get("hook_id"), again.get("hook_id"));
        assertEquals(
                List.of(world.user(Role.ADMIN).id()), world.stores.keepers().of(REPOSITORY));
        assertEquals(
                List.of("webhook.set_up", "webhook.set_up"),
                world.audited.stream().map(entry -> entry.action()).toList());
    }

    @Test
    void repairsAHookWhateverIsWrongWithIt() {
        for (HostHook broken : List.of(
                new HostHook(7, URL, "json", Set.of("issues"), true, false),
                new HostHook(7, URL + "/", "json", Set.of("push"), true, false),
                new HostHook(7, URL, "form", Set.of("push"), true, false),
                new HostHook(7, URL, "json", Set.of("push"), false, false),
                new HostHook(7, URL, "json", Set.of("push"), true, true))) {
            world.host.hook(REPOSITORY, broken);
            JsonNode repaired = admin.post(SET_UP).is(200).json();
            assertEquals("repaired", repaired.get("action").asText(), broken::toString);
            assertEquals(7, repaired.get("hook_id").asLong());
            assertEquals(URL, hook().url());
            assertEquals("json", hook().contentType());
            assertTrue(hook().events().contains("push") && hook().active() && !hook().insecure());
            assertTrue(hook().events().containsAll(broken.events()), "what others want to know stays");
        }
    }

    @Test
    void aHookThatQuarkSetUpIsFoundWhereverItPointsNow() {
        long id = admin.post(SET_UP).is(200).json().get("hook_id").asLong();
        world.host.hook(REPOSITORY, new HostHook(id, "https://old.example/", "json", Set.of("push"), true, false));
        assertEquals("repaired", admin.post(SET_UP).is(200).json().get("action").asText());
        assertEquals(URL, hook().url());
    }

    @Test
    void listsAndRemovesHooksOnBothSides() {
        long id = admin.post(SET_UP).is(200).json().get("hook_id").asLong();
        JsonNode listed =
                Api.of(world, Role.VIEWER).get("/api/webhooks").is(200).json();
        assertEquals(id, listed.at("/0/id").asLong());
        assertEquals("octo-org/octo-repo", listed.at("/0/repo_full_name").asText());
        assertEquals("admin", listed.at("/0/set_up_by").asText());
        admin.delete("/api/webhooks/" + id).is(204);
        assertEquals(0, admin.get("/api/webhooks").is(200).json().size());
        assertEquals(List.of(), world.host.list(dev.quark.core.secret.Secret.of("gho_admin"), REPOSITORY));
        admin.delete("/api/webhooks/" + id).is(404);
        admin.delete("/api/webhooks/x").is(404);
    }

    @Test
    void aLimitThatIsReachedAndARepositoryThatVanishedAreSaid() {
        for (int i = 1; i <= 20; i++) {
            world.host.hook(
                    REPOSITORY,
                    new HostHook(100 + i, "https://other.example/" + i, "json", Set.of("push"), true, false));
        }
        assertTrue(admin.post(SET_UP).is(409).detail().contains("cannot have more than 20 hooks"));
        String detail =
                admin.post("/api/repos/octo-org/gone/setup-webhook").is(404).detail();
        assertTrue(detail.contains("octo-org/gone"), detail);
        assertEquals(0, admin.get("/api/webhooks").is(200).json().size());
    }

    @Test
    void whoHasNoTokenIsToldToSignIn() {
        world.stores
                .hostTokens()
                .remove(
                        world.user(Role.ADMIN).id(),
                        dev.quark.core.codehost.HostToken.of(dev.quark.core.secret.Secret.of("gho_admin")));
        assertTrue(admin.post(SET_UP).is(409).detail().contains("sign in with GitHub"));
        assertFalse(world.audited.stream().anyMatch(entry -> entry.action().equals("webhook.set_up")));
    }
}
