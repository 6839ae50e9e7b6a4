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
    private Path runs;

    private RunFolder folder;
    private Path spool;

    @BeforeEach
    void make() throws IOException {
        folder = new RunFolder(runs, 1);
        Files.createDirectory(folder.path());
        spool = Files.createFile(folder.spool("stdout", 0));
    }

    private void write(String text) throws IOException {
        Files.writeString(spool, text, StandardOpenOption.APPEND);
    }

    private SpoolReader reader(long from) throws IOException {
        SpoolReader reader = new SpoolReader(folder, "stdout", from, "\0END\0".getBytes(US_ASCII));
        reader.advance();
        return reader;
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

    private void file(long begin, String text) throws IOException {
        Files.writeString(folder.spool("stdout", begin), text);
    }

    @Test
    void goesFromOneFileToTheNext() throws IOException {
        write("0123");
        try (SpoolReader reader = reader(2)) {
            assertEquals("23", read(reader, Upto.EVERYTHING));
            file(4, "4567");
            assertEquals(0, reader.advance());
            assertEquals("4567", read(reader, Upto.EVERYTHING));
            assertEquals(8, reader.position());
        }
        try (SpoolReader reader = reader(6)) {
            assertEquals("67", read(reader, Upto.EVERYTHING));
        }
    }

    @Test
    void tellsWhatWasDroppedBetweenTwoFiles() throws IOException {
        write("0123");
        file(10, "abcd");
        try (SpoolReader reader = reader(0)) {
            assertEquals("0123", read(reader, Upto.EVERYTHING));
            assertEquals(6, reader.advance());
            assertEquals("abcd", read(reader, Upto.EVERYTHING));
            assertEquals(14, reader.position());
        }
        Files.delete(spool);
        SpoolReader late = new SpoolReader(folder, "stdout", 2, new byte[] {0});
        try (late) {
            assertEquals(8, late.advance());
            assertEquals("abcd", read(late, Upto.EVERYTHING));
        }
    }

    @Test
    void forgetsWholeFilesOnly() throws IOException {
        write("0123");
        file(4, "4567");
        file(8, "89");
        try (SpoolReader reader = reader(0)) {
            reader.forget(7);
            assertEquals(java.util.Set.of(4L, 8L), folder.spools("stdout"));
            reader.forget(10);
            assertEquals(java.util.Set.of(8L), folder.spools("stdout"));
        }
    }
}
