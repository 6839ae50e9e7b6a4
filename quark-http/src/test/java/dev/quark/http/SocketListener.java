package dev.quark.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A client of a WebSocket, and what it got. */
final class SocketListener implements WebSocket.Listener {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    final List<JsonNode> messages = Collections.synchronizedList(new ArrayList<>());
    final CompletableFuture<String> closed = new CompletableFuture<>();
    final AtomicInteger pings = new AtomicInteger();
    private final StringBuilder partial = new StringBuilder();
    volatile @Nullable WebSocket socket;

    /** @param authorization a header; null for none */
    static SocketListener connect(World world, String address, @Nullable String authorization) throws Exception {
        return connect(world.server, address, authorization);
    }

    static SocketListener connect(HttpServer server, String address, @Nullable String authorization) throws Exception {
        SocketListener client = new SocketListener();
        WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
        if (authorization != null) {
            builder.header("Authorization", authorization);
        }
        client.socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + server.port() + address), client)
                .get(60, TimeUnit.SECONDS);
        return client;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            messages.add(Api.parse(partial.toString()));
            partial.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer message) {
        pings.incrementAndGet();
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        closed.complete(code + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }

    int code() throws Exception {
        return Integer.parseInt(closed.get(120, TimeUnit.SECONDS).split(" ", 2)[0]);
    }

    /** What came so far; more may be coming. */
    List<JsonNode> seen() {
        return List.copyOf(messages);
    }

    String spelled() {
        return seen().stream()
                .map(m -> m.get("type").asText().equals("status")
                        ? m.get("status").asText()
                        : m.get("data").asText())
                .toList()
                .toString();
    }

    void awaitMessages(int n) throws InterruptedException {
        while (messages.size() < n && !closed.isDone()) {
            Thread.sleep(1);
        }
    }

    /** The numbers of all lines, those in batches among them. */
    List<Integer> seqs() {
        List<Integer> seqs = new ArrayList<>();
        for (JsonNode message : seen()) {
            if (message.get("type").asText().equals("log")) {
                seqs.add(message.get("seq").asInt());
            } else if (message.get("type").asText().equals("logs")) {
                message.get("lines").forEach(line -> seqs.add(line.get("seq").asInt()));
            }
        }
        return seqs;
    }

    /** Goes away without a word. */
    void abort() {
        java.util.Objects.requireNonNull(socket).abort();
    }
}
