package dev.quark.runner.router.proxy;

import io.vertx.core.buffer.Buffer;

/** Knows where the frames of a WebSocket end (RFC 6455, 5.2), and nothing else of them. */
final class FrameReader {

    private int headerRead;
    private int headerLength = 2;
    private int lengthBytes;
    private boolean masked;
    private long length;
    private long payloadLeft;

    boolean isBetweenFrames() {
        return headerRead == 0 && payloadLeft == 0;
    }

    /** Reads on over all of the data. */
    void skip(Buffer data) {
        int at = 0;
        while (at < data.length()) {
            at = step(data, at);
        }
    }

    /** Reads on to the end of the frame under way; gives the position after it, or -1 where the data ends before. */
    int endOfFrame(Buffer data) {
        int at = 0;
        while (at < data.length()) {
            at = step(data, at);
            if (isBetweenFrames()) {
                return at;
            }
        }
        return -1;
    }

    private int step(Buffer data, int at) {
        if (payloadLeft > 0) {
            int skipped = (int) Math.min(payloadLeft, data.length() - at);
            payloadLeft -= skipped;
            return at + skipped;
        }
        header(data.getByte(at) & 0xff);
        return at + 1;
    }

    private void header(int octet) {
        if (headerRead == 1) {
            masked = (octet & 0x80) != 0;
            int small = octet & 0x7f;
            lengthBytes = small == 126 ? 2 : small == 127 ? 8 : 0;
            length = lengthBytes == 0 ? small : 0;
            headerLength = 2 + lengthBytes + (masked ? 4 : 0);
        } else if (headerRead > 1 && headerRead < 2 + lengthBytes) {
            length = length << 8 | octet;
        }
        headerRead++;
        if (headerRead >= headerLength && headerRead >= 2) {
            payloadLeft = length;
            headerRead = 0;
            headerLength = 2;
        }
    }
}
