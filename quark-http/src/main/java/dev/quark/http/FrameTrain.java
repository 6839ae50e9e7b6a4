package dev.quark.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;

/**
 * Many frames that leave in one write: a text frame, and behind its payload the ready-made bytes of those that follow it.
 *
 * <p>Jetty writes the header that {@link #getPayloadLength} asks for and then all of the payload's buffer; so the length
 * tells of the first frame alone while the buffer goes on. Sent one by one, a line costs Jetty a queue entry, a header buffer
 * and a place in a gathering write; here it costs its bytes, which all clients share. It takes a connection without
 * extensions whose largest frame holds the longest line.
 */
final class FrameTrain extends Frame {

    private final int firstLength;

    /** Lines {@code from} to {@code to} of a batch, the second exclusive. */
    FrameTrain(EncodedBatch batch, int from, int to) {
        super(OpCode.TEXT);
        int payload = batch.payload(from);
        firstLength = batch.start(from + 1) - payload;
        setPayload(ByteBuffer.wrap(batch.bytes(), payload, batch.start(to) - payload));
    }

    @Override
    public int getPayloadLength() {
        return firstLength;
    }
}
