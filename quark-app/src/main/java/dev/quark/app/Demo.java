package dev.quark.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.secret.Secret;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The whole way of a push, on this machine alone: a repository made on the spot, the real server on a free port with a
 * temporary folder, a really signed webhook, and the log as a WebSocket client sees it.
 */
final class Demo implements AutoCloseable {

    private static final String REPOSITORY = "demo/hello";

    private final PrintWriter out;
    private final DemoFolder folder;
    private final DemoRepository repository;
    private final Secret password = Secret.of(UUID.randomUUID().toString());
    private final Secret webhookSecret = Secret.of(UUID.randomUUID().toString());
    private final Application application;
    private final DemoClient client;
    private final DemoService service;

    private Demo(PrintWriter out, DemoFolder folder, DemoRepository repository) throws IOException {
        this.out = out;
        this.folder = folder;
        this.repository = repository;
        int proxyPort = freePort();
        this.application = Application.start(settings(proxyPort));
        this.client = new DemoClient(application.port(), webhookSecret);
        DemoRepository app = DemoRepository.create(folder.path().resolve("app.git"));
        this.service = new DemoService(out, client, app, proxyPort);
    }

    /** The router has to know its port before it listens. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static Demo prepare(PrintWriter out) throws IOException {
        out.println();
        out.println("QUARK demo: a git push becomes a running deployment. No GitHub, no network, no settings.");
        out.println();
        DemoFolder folder = DemoFolder.create();
        DemoRepository repository = DemoRepository.hello(folder.path().resolve("hello.git"));
        step(out, 1, "Made a repository with a deploy.sh", repository.folder().toString());
        Demo demo = new Demo(out, folder, repository);
        step(out, 2, "Started the server", demo.client.url(""));
        return demo;
    }

    /** Deploys one push, then an app whose versions change; whether all was completed and no request failed. */
    boolean run() throws IOException, InterruptedException {
        client.signIn(password);
        JsonNode config = client.send(
                "POST",
                "/deploy/configs",
                Map.of(
                        "repo_full_name",
                        REPOSITORY,
                        "clone_url",
                        repository.url(),
                        "branch",
                        "main",
                        "auto_deploy",
                        true,
                        "deploy_command",
                        "./deploy.sh",
                        "environment_variables",
                        Map.of("GREETING", "Hello", "API_TOKEN", "swordfish-" + UUID.randomUUID())));
        step(out, 3, "Said what to deploy", "POST /deploy/configs");
        boolean completed = watch(push());
        sayWhereItIs(config.path("id").asText());
        completed &= service.run();
        sayWhereToLook();
        return completed;
    }

    void sayHowToLookAround() {
        out.println(
                "The server stays up until you press Ctrl-C. Sign in as admin with the password " + password.reveal());
        out.println();
        out.println("  curl -s " + client.url("/auth/login") + " -H 'Content-Type: application/json' \\");
        out.println("       -d '{\"username\":\"admin\",\"password\":\"" + password.reveal() + "\"}'");
        out.println("  xdg-open " + client.url("/docs"));
        out.println("  curl -s " + service.url() + "       the app");
        out.flush();
    }

    @Override
    public void close() {
        try {
            service.stop();
            application.close();
            DemoService.endRouter(folder.path().resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException("The demo's app could not be stopped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            client.close();
            folder.close();
        }
    }

    private Settings settings(int proxyPort) {
        return Settings.read(
                Map.of(
                        "DATABASE_URL",
                        "sqlite:///" + folder.path().resolve("app.db"),
                        "DATA_DIR",
                        folder.path().resolve("data").toString(),
                        "HOST",
                        "127.0.0.1",
                        "PORT",
                        "0",
                        "PROXY_PORT",
                        String.valueOf(proxyPort),
                        "PASSWORD",
                        password.reveal(),
                        "WEBHOOK_SECRET",
                        webhookSecret.reveal(),
                        "ALLOWED_CLONE_URLS",
                        "file://" + folder.path()),
                folder.path());
    }

    private String push() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        HttpResponse<String> answer = client.push(REPOSITORY, repository);
        long millis = (System.nanoTime() - begin) / 1_000_000;
        step(
                out,
                4,
                "Posted the push, signed as GitHub does",
                "POST /api/webhook: " + answer.statusCode() + " after " + millis + " ms");
        return DemoClient.deployment(answer);
    }

    private boolean watch(String deployment) {
        String path = "/deployments/" + deployment + "/logs";
        step(out, 5, "Watching it live", "ws://127.0.0.1:" + application.port() + path);
        out.println();
        Watcher watcher = new Watcher();
        client.watch(path, watcher);
        String status = watcher.ended.join();
        out.println();
        return status.equals("completed");
    }

    private void sayWhereItIs(String config) throws IOException {
        Path current = folder.path().resolve("data/apps/" + config + "/current");
        out.println("The release went live: " + current + " -> " + Files.readSymbolicLink(current));
        out.println(
                "The token was masked before the log was stored or sent. The demo removes its folder when it ends.");
        out.println();
        out.flush();
    }

    private void sayWhereToLook() {
        out.println("Where to look next");
        out.println("  ./quark demo --keep       the same, and the server stays up: API at /docs, try it with curl");
        out.println("  ./quark serve             your own server on port 8000, your apps on port 8080");
        out.println("  README.md                 a first deployment of your own, by curl");
        out.println("  docs/services.md          an app of your own as a service");
        out.println("  docs/getting-started.md   a GitHub repository, step by step");
        out.println();
        out.flush();
    }

    static void step(PrintWriter out, int number, String what, String where) {
        out.printf("  %d  %-40s %s%n", number, what, where);
        out.flush();
    }

    /** Prints what the WebSocket sends, as it comes. */
    private final class Watcher implements WebSocket.Listener {

        private final CompletableFuture<String> ended = new CompletableFuture<>();
        private final StringBuilder message = new StringBuilder();
        private String status = "";

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                show(message.toString());
                message.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        private void show(String text) {
            try {
                JsonNode frame = DemoClient.JSON.readTree(text);
                if (frame.path("type").asText().equals("log")) {
                    out.printf(
                            "     %-7s| %s%n",
                            frame.path("stream").asText(), frame.path("data").asText());
                } else {
                    status = frame.path("status").asText();
                    out.println("     ------- " + status);
                }
                out.flush();
            } catch (IOException e) {
                ended.completeExceptionally(e);
            }
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            ended.complete(status);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            ended.completeExceptionally(error);
        }
    }
}
