package dev.quark.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An app that changes its version while a hundred requests a second come in. */
final class DemoService {

    private static final String NAME = "demo/app";
    private static final int VERSIONS = 4;

    /** Longer than the app's requests, and its end, take. */
    private static final Duration STOP = Duration.ofSeconds(60);

    private final PrintWriter out;
    private final DemoClient client;
    private final DemoRepository repository;
    private final int port;
    private String config = "";

    /** @param port where the router listens */
    DemoService(PrintWriter out, DemoClient client, DemoRepository repository, int port) {
        this.out = out;
        this.client = client;
        this.repository = repository;
        this.port = port;
    }

    String url() {
        return "http://127.0.0.1:" + port + "/";
    }

    /** Deploys several versions; whether all were completed and no request failed. */
    boolean run() throws IOException, InterruptedException {
        config = client.send("POST", "/deploy/configs", config()).path("id").asText();
        JsonNode first = deploy(1);
        Demo.step(out, 6, "Deployed an app as a service", url());
        if (!isCompleted(first)) {
            return false;
        }
        Demo.step(out, 7, "New versions, under " + DemoVisitors.PER_SECOND + " requests a second", "each with a push");
        boolean completed = true;
        try (DemoVisitors visitors = new DemoVisitors(port)) {
            for (int version = 2; version <= VERSIONS; version++) {
                completed &= change("version " + version, visitors, deploy(version));
            }
            String back = client.send("POST", "/deployments/" + first.path("id").asText() + "/rollback", null)
                    .path("deployment_id")
                    .asText();
            completed &= change("back to version 1", visitors, client.awaitEnd(back));
            visitors.close();
            return summary(visitors.figures()) && completed;
        }
    }

    private Map<String, Object> config() {
        return Map.of(
                "repo_full_name",
                NAME,
                "clone_url",
                repository.url(),
                "auto_deploy",
                true,
                "environment_variables",
                Map.of(
                        "JAVA",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "CLASSES",
                        classes()),
                "plain_variables",
                List.of("JAVA", "CLASSES"),
                "service",
                Map.of(
                        "start_command",
                        "exec \"$JAVA\" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx32m -cp \"$CLASSES\" "
                                + DemoApp.class.getName(),
                        "hosts",
                        List.of("*"),
                        "health_check",
                        Map.of("interval_ms", 50)));
    }

    private static String classes() {
        return String.join(
                java.io.File.pathSeparator,
                RouterLaunch.classPath().stream().map(Path::toString).toList());
    }

    private JsonNode deploy(int version) throws IOException, InterruptedException {
        repository.commit(
                "Release version " + version,
                Map.of(
                        "version",
                        version + "\n",
                        "deploy.sh",
                        "#!/bin/sh\necho \"building version $(cat version)\"\n"));
        return client.awaitEnd(DemoClient.deployment(client.push(NAME, repository)));
    }

    private boolean change(String what, DemoVisitors visitors, JsonNode deployment) throws InterruptedException {
        if (!isCompleted(deployment)) {
            return false;
        }
        TimeUnit.SECONDS.sleep(1);
        DemoVisitors.Figures figures = visitors.figures();
        out.printf(
                "     %-18s deployed in %,5d ms; so far %,5d requests, %d failed%n",
                what, deployment.path("duration_ms").asLong(), figures.requests(), figures.failed());
        out.flush();
        return true;
    }

    private boolean isCompleted(JsonNode deployment) {
        boolean completed = deployment.path("status").asText().equals("completed");
        if (!completed) {
            out.println("     " + deployment.path("status").asText() + ": "
                    + deployment.path("error_message").asText());
            out.flush();
        }
        return completed;
    }

    private boolean summary(DemoVisitors.Figures figures) {
        out.println();
        out.printf("%,d requests, %d failed, p99 %.1f ms%n", figures.requests(), figures.failed(), figures.p99());
        figures.answers().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(answer -> out.printf("  %-24s %,6d times%n", answer.getKey(), answer.getValue()));
        out.println();
        out.flush();
        return figures.failed() == 0 && figures.answers().size() == VERSIONS;
    }

    /** Stops the app once it has finished what is under way with it; nothing of it goes on then. */
    void stop() throws IOException, InterruptedException {
        if (config.isEmpty()) {
            return;
        }
        String path = "/deploy/configs/" + config + "/service";
        JsonNode service = client.send("GET", path, null);
        if (service.path("release").isTextual()) {
            client.send("POST", path + "/stop", null);
        }
        long deadline = System.nanoTime() + STOP.toNanos();
        while (!service.path("instances").isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
            service = client.send("GET", path, null);
        }
        client.send("DELETE", "/deploy/configs/" + config + "?force=true", null);
    }

    /** Ends the router, which goes on without the server, and which a server that runs would start again. */
    static void endRouter(Path dataDir) throws IOException {
        Path supervisor = dataDir.resolve("router/supervisor");
        if (Files.exists(supervisor)) {
            String stat = Files.readString(supervisor);
            ProcessHandle.of(Long.parseLong(stat.substring(0, stat.indexOf(' '))))
                    .ifPresent(DemoService::end);
        }
    }

    private static void end(ProcessHandle script) {
        script.destroy();
        script.onExit()
                .orTimeout(10, TimeUnit.SECONDS)
                .exceptionally(late -> script)
                .join();
    }
}
