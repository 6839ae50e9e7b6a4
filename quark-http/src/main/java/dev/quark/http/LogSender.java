package dev.quark.http;

import dev.quark.core.deployment.DeploymentCursor.Next;
import dev.quark.core.deployment.LogFollower;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.jspecify.annotations.Nullable;

/**
 * Sends a deployment to one WebSocket client. One write is under way at a time, and nothing else is kept for the client:
 * one that is slow reads again from storage what it has missed. For one thread.
 */
final class LogSender {

    /** What goes together in one write, or in one message of a client that asked for batches. */
    private static final int PIECE = 64 * 1024;

    private static final byte[] LOGS_HEAD = "{\"type\":\"logs\",\"lines\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LOGS_TAIL = "]}".getBytes(StandardCharsets.US_ASCII);
    private static final int PINGS_WITHOUT_ANSWER = 3;

    private final WebSocketCoreSession session;
    private final EncodedBatches encoded;
    private final boolean batches;
    private final Settings.Times times;
    private long pingedAt = System.nanoTime();
    private long bytesIn;
    private int unanswered;

    /** @param batches whether the client takes many lines as one message */
    LogSender(CoreSession session, EncodedBatches encoded, boolean batches, Settings.Times times) {
        this.session = (WebSocketCoreSession) session;
        this.encoded = encoded;
        this.batches = batches;
        this.times = times;
    }

    /** Sends everything until the deployment has ended. */
    void send(Streams.Stream stream, LogFollower cursor) throws InterruptedException, StalledException {
        while (true) {
            switch (stream.next(cursor, times.heartbeat())) {
                case Next.Lines more ->
                    lines(encoded.of(more.lines().batch()), more.lines().from());
                case Next.StatusChanged changed -> {
                    Frame frame = new Frame(OpCode.TEXT);
                    frame.setPayload(LogSocket.document(changed.status()));
                    write(frame);
                }
                case Next.Quiet quiet -> {}
                case Next.Ended ended -> {
                    return;
                }
            }
            ping();
        }
    }

    private void lines(EncodedBatch batch, int start) throws InterruptedException, StalledException {
        for (int from = start; from < batch.size(); ) {
            int to = batch.together(from, PIECE);
            write(batches ? message(batch, from, to) : new FrameTrain(batch, from, to));
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

    private void write(Frame frame) throws InterruptedException, StalledException {
        Callback.Completable sent = new Callback.Completable();
        session.sendFrame(frame, sent, false);
        try {
            sent.get(times.stall().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new StalledException(e);
        }
    }

    /** Asks for a sign of life now and then; a client that gives none is gone, whatever its end of the line says. */
    private void ping() throws StalledException {
        long now = System.nanoTime();
        if (now - pingedAt < times.heartbeat().toNanos()) {
            return;
        }
        long received = session.getConnection().getBytesIn();
        unanswered = received == bytesIn ? unanswered + 1 : 0;
        if (unanswered > PINGS_WITHOUT_ANSWER) {
            throw new StalledException(null);
        }
        bytesIn = received;
        pingedAt = now;
        session.sendFrame(new Frame(OpCode.PING), Callback.NOOP, false);
    }

    /** The client takes nothing any more. */
    static final class StalledException extends Exception {

        private static final long serialVersionUID = 1L;

        StalledException(@Nullable Throwable cause) {
            super("the client takes nothing", cause);
        }
    }
}
