package dev.quark.runner;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.runner.SpoolReader.Upto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolReaderTest {

    @TempDir
    private Path folder;

    private Path spool;

    @BeforeEach
    void make() throws IOException {
        spool = Files.createFile(folder.resolve("stdout"));
    }

    private void write(String text) throws IOException {
        Files.writeString(spool, text, StandardOpenOption.APPEND);
    }

    private SpoolReader reader(long from) throws IOException {
        return new SpoolReader(spool, from, "\0END\0".getBytes(US_ASCII));
    }

    private static String read(SpoolReader reader, Upto upto) throws IOException {
        return new String(reader.accept(reader.peek(1000), upto), US_ASCII);
    }

    @Test
    void readsOnFromAPosition() throws IOException {
        write("0123456789");
        try (SpoolReader reader = reader(4)) {
            assertEquals("456", new String(reader.accept(reader.peek(3), Upto.EVERYTHING), US_ASCII));
            assertEquals("789", read(reader, Upto.EVERYTHING));
            assertEquals("", read(reader, Upto.EVERYTHING));
            write("more");
            assertEquals("more", read(reader, Upto.EVERYTHING));
            assertEquals(14, reader.position());
        }
    }

    @Test
    void aPositionBeyondTheEndGivesNothing() throws IOException {
        write("short");
        try (SpoolReader reader = reader(100)) {
            assertEquals("", read(reader, Upto.EVERYTHING));
        }
    }

    @Test
    void stopsAtTheMark() throws IOException {
        write("last\0END\0of a daemon");
        try (SpoolReader reader = reader(0)) {
            assertEquals("last", read(reader, Upto.MARK));
            assertTrue(reader.hasEnded());
            assertEquals("", read(reader, Upto.MARK));
            assertEquals(4, reader.position());
        }
    }

    @Test
    void holdsBackTheBeginningOfAMark() throws IOException {
        write("last\0EN");
        try (SpoolReader reader = reader(0)) {
            assertEquals("last", read(reader, Upto.MARK));
            assertEquals("", read(reader, Upto.MARK));
            assertFalse(reader.hasEnded());
            write("D\0");
            assertEquals("", read(reader, Upto.MARK));
            assertTrue(reader.hasEnded());
        }
    }

    @Test
    void whatOnlyLooksLikeAMarkIsOutput() throws IOException {
        write("\0EN\0ENX\0\0END\0");
        try (SpoolReader reader = reader(0)) {
            assertEquals("\0EN\0ENX\0", read(reader, Upto.MARK));
            assertTrue(reader.hasEnded());
        }
    }

    @Test
    void aMarkThatAPeekCutsIsFoundByTheNext() throws IOException {
        write("ab\0END\0");
        try (SpoolReader reader = reader(0)) {
            assertEquals("ab", new String(reader.accept(reader.peek(4), Upto.MARK), US_ASCII));
            assertFalse(reader.hasEnded());
            assertEquals("", read(reader, Upto.MARK));
            assertTrue(reader.hasEnded());
        }
    }
}
