package dev.quark.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder of one attempt at running a deployment's command, {@code runs/DEPLOYMENT/ATTEMPT}, shared by QUARK and the
 * shell script {@code run.sh}.
 *
 * <ul>
 *   <li>{@code ticket}: a {@link Ticket}, durable before the process is started
 *   <li>{@code started}: the claim. A file where the script made it: the command may have run. A symbolic link where QUARK
 *       did: the script can't start any more
 *   <li>{@code pid}: the script's line of the process table
 *   <li>{@code stdout.POSITION}, {@code stderr.POSITION}: the spooled output from there on; {@code out}, {@code err}: the
 *       pipes that lead there
 *   <li>{@code exit}: {@code exit CODE}; blank until the command has ended
 * </ul>
 */
final class RunFolder {

    private static final Pattern EXIT = Pattern.compile("exit ([ \\d]{3})\n.*", Pattern.DOTALL);
    private static final String BLANK = " ".repeat(15) + "\n";

    private final Path deployment;
    private final int number;
    private final Path path;

    /** @param deployment the folder of all attempts at the deployment's command */
    RunFolder(Path deployment, int number) {
        this.deployment = deployment;
        this.number = number;
        this.path = deployment.resolve(Integer.toString(number));
    }

    /** The attempts at a deployment's command, the newest first. */
    static List<RunFolder> of(Path deployment) throws IOException {
        List<RunFolder> found = new ArrayList<>();
        try (DirectoryStream<Path> attempts = Files.newDirectoryStream(deployment, "[0-9]*")) {
            for (Path attempt : attempts) {
                found.add(new RunFolder(
                        deployment, Integer.parseInt(attempt.getFileName().toString())));
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        found.sort(Comparator.comparingInt(RunFolder::number).reversed());
        return found;
    }

    int number() {
        return number;
    }

    /** Makes the folder and its files, such that they outlast a crash of the machine. */
    void make(Ticket ticket) throws IOException {
        Folders.make(deployment, Folders.PRIVATE);
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(Folders.PRIVATE));
        Files.createFile(spool("stdout", 0), PosixFilePermissions.asFileAttribute(Folders.PRIVATE_FILE));
        Files.createFile(spool("stderr", 0), PosixFilePermissions.asFileAttribute(Folders.PRIVATE_FILE));
        Folders.write(file("exit"), BLANK.getBytes(StandardCharsets.US_ASCII));
        Folders.write(file("ticket"), ticket.text().getBytes(StandardCharsets.UTF_8));
        Folders.sync(path);
        Folders.sync(deployment);
        Folders.sync(deployment.resolve(".."));
    }

    Path path() {
        return path;
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /** The file of an output stream that begins at a position. */
    Path spool(String stream, long position) {
        return file(String.format("%s.%020d", stream, position));
    }

    /** Where an output stream's files begin, in order. */
    SortedSet<Long> spools(String stream) throws IOException {
        SortedSet<Long> positions = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, stream + ".[0-9]*")) {
            for (Path file : files) {
                positions.add(Long.parseLong(file.getFileName().toString().substring(stream.length() + 1)));
            }
        }
        return positions;
    }

    /** Empty where QUARK crashed before it was written; then no process was started either. */
    Optional<Ticket> ticket() throws IOException {
        return read("ticket").flatMap(Ticket::parse);
    }

    /** Whether QUARK has barred the script from starting. */
    boolean isBarred() {
        return Files.isSymbolicLink(file("started"));
    }

    /** Bars the script from starting; false where it has started. */
    boolean bar() throws IOException {
        try {
            Files.createSymbolicLink(file("started"), Path.of("ticket"));
            Folders.sync(path);
            return true;
        } catch (FileAlreadyExistsException e) {
            return isBarred();
        }
    }

    boolean isStarted() {
        return Files.isRegularFile(file("started"), java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }

    /** The script's process, once it has said which it is. */
    Optional<ProcessKey> supervisor() throws IOException {
        return read("pid").flatMap(ProcessEntry::parse).map(ProcessEntry::key);
    }

    /** The command's exit code, once it has ended. */
    OptionalInt exitCode() throws IOException {
        return read("exit").map(RunFolder::parseExit).orElse(OptionalInt.empty());
    }

    static OptionalInt parseExit(String text) {
        Matcher matcher = EXIT.matcher(text);
        return matcher.matches()
                ? OptionalInt.of(Integer.parseInt(matcher.group(1).strip()))
                : OptionalInt.empty();
    }

    /** Removes the folder; what the command left behind may go on writing to files that are nowhere any more. */
    void delete() throws IOException {
        for (String stream : List.of("stdout", "stderr")) {
            try {
                for (long position : spools(stream)) {
                    Files.newByteChannel(
                                    spool(stream, position),
                                    StandardOpenOption.WRITE,
                                    StandardOpenOption.TRUNCATE_EXISTING)
                            .close();
                }
            } catch (NoSuchFileException | NotDirectoryException e) {
                // An earlier removal came so far.
            }
        }
        Folders.delete(path);
    }

    private Optional<String> read(String name) throws IOException {
        try {
            return Optional.of(Files.readString(file(name), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
