package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.deployment.DeploymentEvent;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Phase;
import dev.quark.core.identity.LastSessionEnded;
import dev.quark.core.identity.Role;
import dev.quark.core.service.ServiceEvent;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dashboards are told what changes. */
@Timeout(120)
class EventSocketTest {

    private final World world = new World();

    @AfterEach
    void stop() {
        world.close();
    }

    private SocketListener connect() throws Exception {
        SocketListener client = SocketListener.connect(world, "/ws/events?token=" + World.token(Role.VIEWER), null);
        client.awaitMessages(1);
        assertEquals("{\"type\":\"ready\"}", client.messages.get(0).toString());
        return client;
    }

    private static String spelled(JsonNode message) {
        return message.get("type").asText() + " " + message.get("event").asText() + " "
                + message.path("status").asText() + message.path("phase").asText() + " "
                + message.get("reload").asText();
    }

    @Test
    void tellsOfDeploymentsAndWhereToReadThem() throws Exception {
        DeploymentId id = world.pending().id();
        SocketListener client = connect();
        world.start(id);
        world.events.publish(new DeploymentEvent.PhaseBegan(id, Phase.RUNNING));
        world.events.publish(new DeploymentEvent.CommitKnown(id));
        Api.of(world, Role.DEPLOYER).post("/deployments/" + id + "/cancel").is(202);
        world.complete(id);
        client.awaitMessages(6);
        String reload = "/deployments/" + id;
        assertEquals(
                List.of(
                        "deployment status in_progress " + reload,
                        "deployment phase running " + reload,
                        "deployment commit  " + reload,
                        "deployment cancellation  " + reload,
                        "deployment status completed " + reload),
                client.seen().subList(1, 6).stream()
                        .map(EventSocketTest::spelled)
                        .toList());
        assertEquals(id.toString(), client.messages.get(1).get("deployment_id").asText());
        Api.of(world, Role.VIEWER)
                .get(client.messages.get(1).get("reload").asText())
                .is(200);
    }

    @Test
    void tellsOfConfigsAndServices() throws Exception {
        SocketListener client = connect();
        Api api = Api.of(world, Role.DEPLOYER);
        String id = api.post("/deploy/configs", "{'repo_id': 1, 'repo_full_name': 'octo-org/octo-repo'}")
                .is(201)
                .json()
                .get("id")
                .asText();
        String one = "/deploy/configs/" + id;
        api.patch(one, "{'timeout_seconds': 60}").is(200);
        api.put(one + "/env/A", "{'value': 'a value that nobody hears'}").is(200);
        world.events.publish(new ServiceEvent(new dev.quark.core.config.ConfigId(UUID.fromString(id))));
        // What is about people is not for dashboards.
        world.events.publish(new LastSessionEnded(UUID.randomUUID()));
        api.delete(one).is(204);
        client.awaitMessages(6);
        assertEquals(
                List.of(
                        "config created  " + one,
                        "config changed  " + one,
                        "config changed  " + one,
                        "service changed  " + one + "/service",
                        "config deleted  null"),
                client.seen().subList(1, 6).stream()
                        .map(EventSocketTest::spelled)
                        .toList());
        assertTrue(!client.messages.toString().contains("nobody hears"));
    }

    @Test
    void whoDoesNotKeepUpIsToldSo() throws Exception {
        Channel<byte[]> channel = new Channel<>();
        try (Channel<byte[]>.Mailbox mailbox = channel.join(message -> message)) {
            for (int i = 0; i < Channel.MOST_WAITING + 5; i++) {
                channel.publish(new byte[] {(byte) i});
            }
            assertEquals(Channel.MOST_WAITING, channel.waiting());
            assertEquals("{\"type\":\"dropped\",\"count\":5}", text(mailbox));
            byte[] oldest = mailbox.next(Duration.ZERO);
            assertEquals(5, oldest == null ? -1 : oldest[0]);
        }
        assertEquals(0, channel.listeners());
    }

    private static String text(Channel<byte[]>.Mailbox mailbox) throws InterruptedException {
        byte[] message = mailbox.next(Duration.ZERO);
        return message == null ? "" : new String(message, java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void saysWhyItCloses() throws Exception {
        assertEquals(4001, SocketListener.connect(world, "/ws/events", null).code());
        assertEquals(
                4001,
                SocketListener.connect(world, "/ws/events?token=forged", null).code());
        Api.of(world, Role.VIEWER).get("/ws/events").is(426);
        SocketListener client = connect();
        world.server.close();
        assertEquals(1012, client.code());
    }

    @Test
    void aClientThatLeavesIsForgotten() throws Exception {
        SocketListener client = connect();
        client.abort();
        while (world.server.streams() > 0) {
            Thread.sleep(5);
        }
    }
}
