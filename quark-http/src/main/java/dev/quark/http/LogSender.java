package dev.quark.http;

import dev.quark.core.deployment.DeploymentCursor.Next;
import dev.quark.core.deployment.LogFollower;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;

/**
 * Sends a deployment to one WebSocket client. Nothing is kept for the client but its place: one that is slow reads again
 * from storage what it has missed. For one thread.
 */
final class LogSender {

    /** What goes together in one write, or in one message of a client that asked for batches. */
    private static final int PIECE = 64 * 1024;

    private static final byte[] LOGS_HEAD = "{\"type\":\"logs\",\"lines\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LOGS_TAIL = "]}".getBytes(StandardCharsets.US_ASCII);

    private final SocketClient client;
    private final EncodedBatches encoded;
    private final boolean batches;

    /** @param batches whether the client takes many lines as one message */
    LogSender(SocketClient client, EncodedBatches encoded, boolean batches) {
        this.client = client;
        this.encoded = encoded;
        this.batches = batches;
    }

    /** Sends everything until the deployment has ended. */
    void send(LogFollower cursor) throws InterruptedException, SocketClient.StalledException {
        while (true) {
            switch (client.next(cursor::next)) {
                case Next.Lines more ->
                    lines(encoded.of(more.lines().batch()), more.lines().from());
                case Next.StatusChanged changed ->
                    client.text(LogSocket.document(changed.status()).getBytes(StandardCharsets.US_ASCII));
                case Next.Quiet quiet -> {}
                case Next.Ended ended -> {
                    return;
                }
            }
        }
    }

    private void lines(EncodedBatch batch, int start) throws InterruptedException, SocketClient.StalledException {
        for (int from = start; from < batch.size(); ) {
            int to = batch.together(from, PIECE);
            client.write(batches ? message(batch, from, to) : new FrameTrain(batch, from, to));
            from = to;
        }
    }

    private static Frame message(EncodedBatch batch, int from, int to) {
        Utf8 out = new Utf8(batch.start(to) - batch.start(from) + 64);
        out.write(LOGS_HEAD);
        for (int i = from; i < to; i++) {
            if (i > from) {
                out.write((byte) ',');
            }
            batch.element(out, i);
        }
        out.write(LOGS_TAIL);
        Frame frame = new Frame(OpCode.TEXT);
        frame.setPayload(ByteBuffer.wrap(out.array(), 0, out.length()));
        return frame;
    }
}
