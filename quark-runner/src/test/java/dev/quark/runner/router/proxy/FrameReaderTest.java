package dev.quark.runner.router.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {

    private static Buffer frame(int length, boolean masked) {
        Buffer frame = Buffer.buffer().appendByte((byte) 0x82);
        int mask = masked ? 0x80 : 0;
        if (length < 126) {
            frame.appendByte((byte) (mask | length));
        } else if (length < 65_536) {
            frame.appendByte((byte) (mask | 126)).appendUnsignedShort(length);
        } else {
            frame.appendByte((byte) (mask | 127)).appendLong(length);
        }
        return frame.appendBytes(new byte[length + (masked ? 4 : 0)]);
    }

    @ParameterizedTest
    @CsvSource({"0,false", "1,false", "125,true", "126,false", "65535,true", "65536,false", "70000,true", "0,true"})
    void aFrameEndsWhereItsLengthSays(int length, boolean masked) {
        Buffer frame = frame(length, masked);
        FrameReader whole = new FrameReader();
        assertEquals(frame.length(), whole.endOfFrame(frame.copy().appendString("next")));

        FrameReader bytes = new FrameReader();
        for (int i = 0; i < frame.length(); i++) {
            assertTrue(i == 0 || !bytes.isBetweenFrames(), "after " + i);
            bytes.skip(frame.getBuffer(i, i + 1));
        }
        assertTrue(bytes.isBetweenFrames());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10})
    void framesInARowAreReadOver(int cut) {
        Buffer frames = frame(5, false).appendBuffer(frame(300, false)).appendBuffer(frame(0, false));
        FrameReader reader = new FrameReader();
        reader.skip(frames.getBuffer(0, cut));
        assertFalse(reader.isBetweenFrames());
        reader.skip(frames.getBuffer(cut, frames.length()));
        assertTrue(reader.isBetweenFrames());
    }
}
