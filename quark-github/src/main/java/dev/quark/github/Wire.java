package dev.quark.github;

import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.Unreachable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests, each with a limit of time from the first byte to the last, and of size. The client is made when it is first
 * needed: a server without GitHub has none. Safe for use by many threads.
 */
final class Wire implements AutoCloseable {

    /** The most that is read of an answer, before and after unpacking. */
    private static final int LARGEST = 32 << 20;

    private final Duration patience;
    private @Nullable HttpClient client;

    /** @param patience how long an answer may take, all of it */
    Wire(Duration patience) {
        this.patience = patience;
    }

    /**
     * An answer, whatever it says.
     *
     * @param body as it came, packed or not
     */
    record Answer(int status, java.net.http.HttpHeaders headers, byte[] body) {

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        /** The body, unpacked. */
        byte[] content() throws IOException {
            if (!header("Content-Encoding").equalsIgnoreCase("gzip")) {
                return body;
            }
            try (GZIPInputStream unpacked = new GZIPInputStream(new java.io.ByteArrayInputStream(body))) {
                byte[] content = unpacked.readNBytes(LARGEST + 1);
                if (content.length > LARGEST) {
                    throw tooLarge();
                }
                return content;
            }
        }
    }

    /** @throws CodeHostException where no answer comes in time */
    Answer send(HttpRequest.Builder request) {
        request.header("User-Agent", "quark").header("Accept-Encoding", "gzip").timeout(patience);
        CompletableFuture<HttpResponse<byte[]>> answer = client().sendAsync(request.build(), info -> new Collector());
        try {
            HttpResponse<byte[]> response = answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (TimeoutException e) {
            throw new CodeHostException(new Unreachable("no answer within " + patience.toSeconds() + " s"), e);
        } catch (ExecutionException e) {
            throw new CodeHostException(new Unreachable(why(e.getCause())), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CodeHostException(new Unreachable("the request was given up"), e);
        } finally {
            answer.cancel(true);
        }
    }

    private static String why(@Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        return switch (cause) {
            case java.net.http.HttpConnectTimeoutException e -> "no connection in time";
            case java.net.http.HttpTimeoutException e -> "no answer in time";
            case java.net.ConnectException e -> "the connection was refused, or its name is unknown";
            case null, default -> message == null ? "the connection failed" : message;
        };
    }

    private synchronized HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(patience)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();
        }
        return client;
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.shutdownNow();
            client = null;
        }
    }

    private static IOException tooLarge() {
        return new IOException("the answer is larger than " + (LARGEST >> 20) + " MiB");
    }

    /** A body in memory, given up where it becomes too large. */
    private static final class Collector implements BodySubscriber<byte[]> {

        private final CompletableFuture<byte[]> result = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription subscription;

        @Override
        public CompletionStage<byte[]> getBody() {
            return result;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (bytes.size() + buffer.remaining() > LARGEST) {
                    Objects.requireNonNull(subscription).cancel();
                    result.completeExceptionally(tooLarge());
                    return;
                }
                byte[] piece = new byte[buffer.remaining()];
                buffer.get(piece);
                bytes.writeBytes(piece);
            }
        }

        @Override
        public void onError(Throwable failure) {
            result.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            result.complete(bytes.toByteArray());
        }
    }
}
