package dev.quark.http;

import static dev.quark.http.World.REPOSITORY;
import static dev.quark.http.World.SHA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.codehost.CodeHostException.Broken;
import dev.quark.core.codehost.CodeHostException.MissingScopes;
import dev.quark.core.codehost.CodeHostException.RateLimited;
import dev.quark.core.identity.Role;
import dev.quark.core.source.CommitSha;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepositoryApiTest {

    private static final String PATH = "/api/repos/octo-org/octo-repo";

    private World world;
    private Api viewer;

    @BeforeEach
    void start() {
        world = new World();
        viewer = Api.of(world, Role.VIEWER);
        world.host.push(REPOSITORY, "main", SHA, "Say hello", Set.of("a"));
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void showsTheProfileAndTheRepositoriesOfWhoeverSignedInWithGitHub() {
        world.signInWithGitHub(Role.VIEWER, "gho_viewer");
        JsonNode profile = viewer.get("/user/profile").is(200).json();
        assertEquals("octocat", profile.get("login").asText());
        assertEquals(583231, profile.get("id").asLong());
        Api.Reply repositories = viewer.get("/user/repos").is(200);
        assertEquals(
                "octo-org/octo-repo", repositories.json().at("/0/full_name").asText());
        assertEquals("octo-repo", repositories.json().at("/0/name").asText());
        assertEquals("1", repositories.header("X-Total-Count"));
        assertEquals(0, viewer.get("/user/repos?offset=1").is(200).json().size());
        assertEquals(List.of("limit"), viewer.get("/user/repos?limit=0").faults());
    }

    @Test
    void aUserWithoutGitHubIsToldToSignIn() {
        for (String path : List.of("/user/profile", "/user/repos", PATH + "/commits", PATH + "/branches")) {
            assertTrue(viewer.get(path).is(409).detail().contains("sign in with GitHub"), path);
        }
    }

    @Test
    void pagesThroughCommits() {
        world.signInWithGitHub(Role.VIEWER, "gho_viewer");
        CommitSha second = new CommitSha("b".repeat(40));
        world.host.push(REPOSITORY, "main", second, "Say more", Set.of("b"));
        Api.Reply first = viewer.get(PATH + "/commits?branch=main&limit=1").is(200);
        assertEquals(second.value(), first.json().at("/0/sha").asText());
        assertEquals("Say more", first.json().at("/0/message").asText());
        String next = first.header("Link").replaceFirst("<(.*)>; rel=\"next\"", "$1");
        assertEquals(SHA.value(), viewer.get(next).is(200).json().at("/0/sha").asText());
        assertEquals("", viewer.get(PATH + "/commits").is(200).header("Link"));
        assertEquals(
                List.of("branch", "limit", "page"),
                viewer.get(PATH + "/commits?branch=a..b&limit=101&page=0").faults());
        assertEquals(
                "main",
                viewer.get(PATH + "/branches").is(200).json().at("/0/name").asText());
    }

    @Test
    void aRepositoryThatVanishedIsA404ThatSaysSo() {
        world.signInWithGitHub(Role.VIEWER, "gho_viewer");
        String detail = viewer.get("/api/repos/octo-org/gone/branches").is(404).detail();
        assertTrue(detail.contains("octo-org/gone") && detail.contains("deleted, renamed"), detail);
        viewer.get("/api/repos/octo-org/-x/branches").is(404);
    }

    @Test
    void whoHasNoGitHubSeesWhatQuarkDeploys() {
        world.signInWithGitHub(Role.ADMIN, "gho_admin");
        world.stores.keepers().join(REPOSITORY, world.user(Role.ADMIN).id(), Instant.EPOCH);
        assertEquals(1, viewer.get(PATH + "/commits").is(200).json().size());
        viewer.get("/api/repos/octo-org/other/commits").is(409);
    }

    @Test
    void aRevokedTokenIsForgottenAndTheUserIsToldToSignInAgain() {
        world.signInWithGitHub(Role.VIEWER, "gho_viewer");
        world.host.revoke(dev.quark.core.secret.Secret.of("gho_viewer"));
        assertTrue(viewer.get("/user/repos").is(409).detail().contains("sign in with GitHub again"));
        assertEquals(
                Optional.empty(),
                world.stores.hostTokens().find(world.user(Role.VIEWER).id()));
    }

    @Test
    void whatGoesWrongAtGitHubIsSaid() {
        world.signInWithGitHub(Role.VIEWER, "gho_viewer");
        world.host.fail(new Broken("it answered 500"));
        assertTrue(viewer.get("/user/repos").is(502).detail().contains("it answered 500"));
        world.host.fail(new MissingScopes(Set.of("repo"), Set.of("read:org")));
        assertTrue(viewer.get("/user/repos").is(403).detail().contains("one of repo, and it has read:org"));
        world.host.fail(new RateLimited(Instant.now().plusSeconds(100), true));
        Api.Reply limited = viewer.get("/user/repos").is(503);
        int seconds = Integer.parseInt(limited.header("Retry-After"));
        assertTrue(seconds > 0 && seconds <= 101, limited::toString);
    }
}
