package dev.quark.github;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.quark.core.source.CloneUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Serves a folder of repositories by {@code git http-backend}. */
final class GitHttpServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Path root;
    private final boolean newProtocol;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> credentials = new CopyOnWriteArrayList<>();
    private volatile @Nullable String wanted;

    private GitHttpServer(Path root, boolean newProtocol) throws IOException {
        this.root = root;
        this.newProtocol = newProtocol;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    static GitHttpServer start(Path root) throws IOException {
        return new GitHttpServer(root, true);
    }

    /** As servers were before git's protocol 2: they give what a branch points to and nothing else. */
    static GitHttpServer startOld(Path root) throws IOException {
        return new GitHttpServer(root, false);
    }

    /** Answers every request so, whatever it is. */
    static GitHttpServer answering(Path root, int status, String... headers) throws IOException {
        GitHttpServer server = new GitHttpServer(root, true);
        server.server.removeContext("/");
        server.server.createContext("/", exchange -> {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (authorization != null) {
                server.credentials.add(exchange.getRequestURI().getPath() + " " + authorization);
            }
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        return server;
    }

    /** Asks everybody for Basic credentials from now on, and refuses all others. */
    void demand(String user, String password) {
        wanted =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** The {@code Authorization} headers that were sent so far, each with the path that it was sent for. */
    List<String> credentials() {
        return credentials;
    }

    /** Asks for credentials, and answers every request that has any so. */
    static GitHttpServer demandingThenAnswering(Path root, int status) throws IOException {
        GitHttpServer server = new GitHttpServer(root, true);
        server.server.removeContext("/");
        server.server.createContext("/", exchange -> {
            boolean shown = exchange.getRequestHeaders().containsKey("Authorization");
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"GitHub\"");
            exchange.sendResponseHeaders(shown ? status : 401, -1);
            exchange.close();
        });
        return server;
    }

    /** Sends whoever asks for what is under one path to another, as GitHub does for a repository that was renamed. */
    void redirect(String from, String to) {
        server.createContext(from, exchange -> {
            String path = exchange.getRequestURI().toString();
            exchange.getResponseHeaders().set("Location", base() + to + path.substring(from.length()));
            exchange.sendResponseHeaders(301, -1);
            exchange.close();
        });
    }

    CloneUrl url(Path repository) {
        return new CloneUrl(base() + "/" + root.relativize(repository));
    }

    String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Method and path of each request so far. */
    List<String> requests() {
        return requests;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (authorization != null) {
                credentials.add(exchange.getRequestURI().getPath() + " " + authorization);
            }
            if (wanted != null && !wanted.equals(authorization)) {
                exchange.getRequestBody().readAllBytes();
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"GitHub\"");
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            GitBackend.serve(exchange, root, newProtocol);
        }
    }
}
