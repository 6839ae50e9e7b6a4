package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.identity.Role;
import dev.quark.core.service.Service;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Services by HTTP. */
class ServiceApiTest {

    private final World world = new World();
    private final Api deployer = Api.of(world, Role.DEPLOYER);

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void showsAConfigsServiceAndNotTheConfigOfARepositoryOfThatName() {
        DeploymentId serving = world.running();
        String path = "/deploy/configs/" + world.configOf(serving) + "/service";
        assertEquals(
                "not_deployed", deployer.get(path).is(200).json().path("status").asText());

        world.serve(serving);
        JsonNode shown = deployer.get(path).is(200).json();
        assertEquals("unhealthy", shown.path("status").asText(), "no instance answers");
        assertEquals(serving.toString(), shown.path("release").asText());
        JsonNode stopped = deployer.post(path + "/stop").is(200).json();
        assertEquals("stopped", stopped.path("status").asText());
    }

    @Test
    void aRepositoryMayBeNamedService() {
        deployer.post("/deploy/configs", "{'repo_id':2,'repo_full_name':'octo-org/service'}")
                .is(201);
        assertEquals(
                "octo-org/service",
                deployer.get("/deploy/configs/octo-org/service")
                        .is(200)
                        .json()
                        .path("repo_full_name")
                        .asText());
        deployer.get("/deploy/configs/octo/service").is(404);
    }

    @Test
    void oneThatWasNeverDeployedCanNeitherBeStoppedNorStarted() {
        String path = "/deploy/configs/" + world.config("main", false).id() + "/service";
        assertTrue(deployer.post(path + "/stop").is(404).detail().contains("service"));
        assertTrue(deployer.post(path + "/start").is(404).detail().contains("service"));
        Api.of(world, Role.VIEWER).post(path + "/stop").is(403);
    }

    @Test
    void oneWhoseDeploymentRunsIsNotStopped() {
        DeploymentId running = world.running();
        world.stores
                .services()
                .save(new Service(world.configOf(running), running.rollout(), false, "n", Instant.EPOCH));
        assertTrue(deployer.post("/deploy/configs/" + world.configOf(running) + "/service/stop")
                .is(409)
                .detail()
                .contains("cancel"));
    }
}
