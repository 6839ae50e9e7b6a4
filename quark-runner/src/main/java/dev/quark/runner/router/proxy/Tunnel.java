package dev.quark.runner.router.proxy;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.ThreadLocalRandom;

/** An open WebSocket: bytes both ways, each side no faster than the other reads. Happens on one event loop. */
final class Tunnel {

    /** A release's WebSockets are closed over this time, so that their clients don't all come back at once. */
    private static final int SPREAD_MS = 1000;

    /** How long the client may take to answer the close frame. */
    private static final long CLOSE_MS = 2000;

    /** Not masked, 2 bytes: 1012, "service restart". */
    private static final byte[] CLOSE_FRAME = {(byte) 0x88, 2, 0x03, (byte) 0xf4};

    private final Context context;
    private final NetSocket client;
    private final NetSocket app;
    private final Runnable whenOver;
    private final FrameReader frames = new FrameReader();
    private boolean closing;
    private boolean sealed;
    private boolean over;

    Tunnel(Context context, NetSocket client, NetSocket app, Runnable whenOver) {
        this.context = context;
        this.client = client;
        this.app = app;
        this.whenOver = whenOver;
    }

    void begin() {
        client.handler(data -> pass(data, client, app));
        app.handler(this::toClient);
        client.closeHandler(closed -> close());
        app.closeHandler(closed -> close());
        client.exceptionHandler(failure -> close());
        app.exceptionHandler(failure -> close());
        client.resume();
        app.resume();
    }

    private static void pass(Buffer data, NetSocket from, NetSocket to) {
        to.write(data);
        if (to.writeQueueFull()) {
            from.pause();
            to.drainHandler(drained -> from.resume());
        }
    }

    private void toClient(Buffer data) {
        if (sealed) {
            return;
        }
        if (!closing) {
            frames.skip(data);
            pass(data, app, client);
            return;
        }
        int end = frames.endOfFrame(data);
        pass(end < 0 ? data : data.getBuffer(0, end), app, client);
        if (end >= 0) {
            seal();
        }
    }

    /** Closes the WebSocket within a second or so, as the protocol has it. */
    void breakOff() {
        context.owner().setTimer(1 + ThreadLocalRandom.current().nextInt(SPREAD_MS), any -> {
            if (over || closing) {
                return;
            }
            closing = true;
            context.owner().setTimer(CLOSE_MS, late -> close());
            if (frames.isBetweenFrames()) {
                seal();
            }
        });
    }

    private void seal() {
        sealed = true;
        client.write(Buffer.buffer(CLOSE_FRAME));
    }

    private void close() {
        if (over) {
            return;
        }
        over = true;
        client.close();
        app.close();
        whenOver.run();
    }
}
