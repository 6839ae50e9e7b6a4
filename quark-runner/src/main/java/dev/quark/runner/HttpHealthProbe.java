package dev.quark.runner;

import dev.quark.core.config.HealthCheck;
import dev.quark.core.service.HealthProbe;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks with the JDK's HTTP client. Redirects are answers, bodies aren't read. */
final class HttpHealthProbe implements HealthProbe, AutoCloseable {

    private final Object lock = new Object();
    private @Nullable HttpClient client;

    @Override
    public Answer ask(int port, HealthCheck check, Duration atMost) throws InterruptedException {
        String path = check.path();
        return path == null ? connect(port, atMost) : get(port, path, atMost);
    }

    private static Answer connect(int port, Duration atMost) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) atMost.toMillis());
            return new Answer.Healthy();
        } catch (IOException e) {
            return new Answer.Refused();
        }
    }

    private Answer get(int port, String path, Duration atMost) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(atMost)
                .header("User-Agent", "QUARK health check")
                .build();
        try {
            HttpResponse<InputStream> response = client().send(request, HttpResponse.BodyHandlers.ofInputStream());
            response.body().close();
            int status = response.statusCode();
            return status >= 200 && status < 400
                    ? new Answer.Healthy()
                    : new Answer.Unhealthy("answers GET " + path + " with " + status);
        } catch (ConnectException e) {
            return new Answer.Refused();
        } catch (HttpTimeoutException e) {
            return new Answer.Unhealthy("does not answer GET " + path + " within " + atMost.toSeconds() + " s");
        } catch (IOException e) {
            return new Answer.Unhealthy("breaks off its answer to GET " + path + ", or does not speak HTTP");
        }
    }

    /** Made with the first service: its threads cost memory. */
    private HttpClient client() {
        synchronized (lock) {
            if (client == null) {
                client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(Duration.ofSeconds(5))
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .build();
            }
            return client;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (client != null) {
                client.shutdownNow();
            }
        }
    }
}
