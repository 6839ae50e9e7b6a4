package dev.quark.http;

import dev.quark.core.identity.User;
import io.javalin.websocket.WsContext;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.common.WebSocketSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.jspecify.annotations.Nullable;

/** One client of a WebSocket: one write is under way at a time, and nothing else is kept for it. For one thread. */
final class SocketClient {

    private static final int PINGS_WITHOUT_ANSWER = 3;

    private final WsContext ctx;
    private final Streams.Stream stream;
    private final WebSocketCoreSession session;
    private final @Nullable User user;
    private final Settings.Times times;
    private long pingedAt = System.nanoTime();
    private long bytesIn;
    private int unanswered;

    SocketClient(WsContext ctx, Streams.Stream stream, @Nullable User user, Settings.Times times) {
        this.ctx = ctx;
        this.stream = stream;
        this.session = (WebSocketCoreSession) ((WebSocketSession) ctx.session).getCoreSession();
        this.user = user;
        this.times = times;
    }

    /** Who it is; null for somebody who didn't say. */
    @Nullable
    User user() {
        return user;
    }

    String pathParam(String name) {
        return ctx.pathParam(name);
    }

    @Nullable
    String queryParam(String name) {
        return ctx.queryParam(name);
    }

    /** What comes next for this client, which is asked for a sign of life meanwhile. */
    <T extends @Nullable Object> T next(Streams.Source<T> source) throws InterruptedException, StalledException {
        ping();
        return stream.next(source, times.heartbeat());
    }

    /** Sends what comes until it is ended from outside. */
    void forward(Channel<?>.Mailbox mailbox) throws InterruptedException, StalledException {
        while (true) {
            byte[] message = this.<byte @Nullable []>next(mailbox::next);
            if (message != null) {
                text(message);
            }
        }
    }

    /** Sends a message. */
    void text(byte[] utf8) throws InterruptedException, StalledException {
        Frame frame = new Frame(OpCode.TEXT);
        frame.setPayload(ByteBuffer.wrap(utf8));
        write(frame);
    }

    void write(Frame frame) throws InterruptedException, StalledException {
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
        long received = Objects.requireNonNull(session.getConnection()).getBytesIn();
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
