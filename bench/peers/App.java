import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** The same application for the JVM: PORT, APP_VERSION, APP_DELAY_MS (5); /slow answers after 20 s; no WebSockets. */
public final class App {
    public static void main(String[] args) throws Exception {
        String version = System.getenv().getOrDefault("APP_VERSION", "1");
        long delay = Long.parseLong(System.getenv().getOrDefault("APP_DELAY_MS", "5"));
        var server = HttpServer.create(
                new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 1024);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try {
                Thread.sleep(exchange.getRequestURI().getPath().equals("/slow") ? 20_000 : delay);
            } catch (InterruptedException e) {
                return;
            }
            byte[] body = ("{\"version\":\"" + version + "\"}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }
}
