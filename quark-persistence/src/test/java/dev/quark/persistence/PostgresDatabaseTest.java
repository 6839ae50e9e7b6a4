package dev.quark.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.testing.Samples;
import dev.quark.core.webhook.DeliveryStore;
import dev.quark.core.webhook.PushPlan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only PostgreSQL makes possible: others change what is being read, and the server can fall silent. */
@Timeout(120)
class PostgresDatabaseTest {

    private static final String URL = PostgresServer.newDatabase();

    @Test
    void whatIsReadTogetherIsOneView() {
        try (PostgresDatabase database = PostgresDatabase.open(Persistence.Settings.parse(URL))) {
            database.write(
                    session -> session.update("CREATE TABLE views (id int)").execute());
            List<Integer> counts = database.read(session -> {
                List<Integer> seen = new ArrayList<>(List.of(count(session)));
                elsewhere(() -> database.write(
                        other -> other.update("INSERT INTO views VALUES (1)").execute()));
                seen.add(count(session));
                return seen;
            });
            assertEquals(List.of(0, 0), counts);
            int after = database.read(PostgresDatabaseTest::count);
            assertEquals(1, after);
        }
    }

    /** Does something on another thread, and so in another transaction, and waits until it is done. */
    private static void elsewhere(Supplier<?> work) {
        CompletableFuture.supplyAsync(work).join();
    }

    private static int count(Session session) {
        return session.query("SELECT count(*) FROM views").mapTo(int.class).one();
    }

    @Test
    void aServerThatFallsSilentIsUnavailable() throws Exception {
        try (SilentProxy proxy = new SilentProxy(URL);
                PostgresDatabase database =
                        PostgresDatabase.open(Persistence.Settings.parse(proxy.url()), Duration.ofSeconds(6))) {
            assertEquals(1, answer(database));
            proxy.silent = true;
            assertThrows(UnavailableException.class, () -> answer(database));
        }
    }

    private static int answer(PostgresDatabase database) {
        return database.read(
                session -> session.query("SELECT 1").mapTo(int.class).one());
    }

    @Test
    void aConfigThatIsDeletedDuringAPushLosesNoOtherConfigsDeployment() {
        DeploymentConfig kept = Samples.config(Samples.REPOSITORY, "kept");
        DeploymentConfig deleted = Samples.config(Samples.REPOSITORY, "deleted");
        try (Persistence stores = Persistence.open(Persistence.Settings.parse(URL), new TestBox())) {
            stores.configs().add(kept);
            stores.configs().add(deleted);
            DeliveryStore.Accepted accepted = stores.deliveries().accept(Samples.delivery("d-1"), rules -> {
                List<Deployment> planned = rules.stream()
                        .map(rule -> Samples.pending(rule.config().equals(kept.id()) ? kept : deleted, Trigger.PUSH))
                        .toList();
                elsewhere(() -> stores.configs().remove(deleted.id(), Samples.NOW));
                return new PushPlan(planned, List.of(), "queued " + planned.size());
            });
            assertEquals("queued 1", accepted.action());
            Deployment queued =
                    stores.deployments().find(accepted.deployments().getFirst()).orElseThrow();
            assertEquals(kept.id(), queued.config());
        }
    }

    /** Stands before a server, and passes on nothing any more once it is told so; its connections stay open. */
    private static final class SilentProxy implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<Socket> sockets = new ArrayList<>();
        private final String url;
        private final int target;
        private volatile boolean silent;

        SilentProxy(String url) throws IOException {
            String port = url.replaceFirst(".*:(\\d+)/.*", "$1");
            this.target = Integer.parseInt(port);
            this.url = url.replace(":" + port + "/", ":" + server.getLocalPort() + "/");
            Thread.startVirtualThread(this::accept);
        }

        String url() {
            return url;
        }

        private void accept() {
            try {
                while (true) {
                    Socket client = server.accept();
                    Socket behind = new Socket(InetAddress.getLoopbackAddress(), target);
                    synchronized (sockets) {
                        sockets.add(client);
                        sockets.add(behind);
                    }
                    Thread.startVirtualThread(() -> copy(client, behind));
                    Thread.startVirtualThread(() -> copy(behind, client));
                }
            } catch (IOException e) {
                // It is closed.
            }
        }

        private void copy(Socket from, Socket to) {
            byte[] piece = new byte[8192];
            try {
                int read;
                while ((read = from.getInputStream().read(piece)) >= 0) {
                    if (!silent) {
                        to.getOutputStream().write(piece, 0, read);
                    }
                }
            } catch (IOException e) {
                // One of the ends is closed.
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            synchronized (sockets) {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        }
    }
}
