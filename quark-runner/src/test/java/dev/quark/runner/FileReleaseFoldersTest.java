package dev.quark.runner;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.WorkingDirectory;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.ReleaseFolders;
import dev.quark.core.deployment.ReleaseFolders.Prepared;
import dev.quark.core.deployment.ReleaseFoldersContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileReleaseFoldersTest extends ReleaseFoldersContract {

    @TempDir
    private Path data;

    private FileReleaseFolders folders;

    @BeforeEach
    void open() throws IOException {
        Folders.make(data.resolve("apps"), Folders.SHARED);
        folders = new FileReleaseFolders(data.resolve("apps"));
    }

    @Override
    protected ReleaseFolders folders() {
        return folders;
    }

    @Override
    protected void checkOut(ConfigId of, DeploymentId deployment) {
        try {
            Path folder = Files.createDirectories(folders.folder(of, deployment));
            Files.writeString(folder.resolve("deploy.sh"), "echo deployed\n");
            set(folder.resolve("deploy.sh"), "rw-r--r--");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected boolean exists(ConfigId of, DeploymentId deployment) {
        return Files.exists(folders.folder(of, deployment), NOFOLLOW_LINKS);
    }

    @Override
    protected Optional<DeploymentId> current(ConfigId of) {
        Path link = data.resolve("apps").resolve(of.toString()).resolve("current");
        if (!Files.isSymbolicLink(link)) {
            return Optional.empty();
        }
        try {
            Path target = Files.readSymbolicLink(link);
            assertEquals(Path.of("releases"), target.getParent());
            return Optional.of(
                    new DeploymentId(UUID.fromString(target.getFileName().toString())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Optional<String> environmentFile(ConfigId of, DeploymentId deployment) {
        try {
            Path file = folders.folder(of, deployment).resolve(".env");
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path release() {
        return folders.folder(config, checkedOut());
    }

    private Path app() {
        return data.resolve("apps").resolve(config.toString());
    }

    private Path releases() {
        return app().resolve("releases");
    }

    private Prepared prepare(Path folder, String directory, String command) {
        return folders.prepare(folder, new WorkingDirectory(directory), command, "A=1\n", "{}\n");
    }

    private static Prepared.Ready ready(Prepared prepared) {
        return assertInstanceOf(Prepared.Ready.class, prepared);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void set(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    // .env

    @Test
    void onlyQuarkReadsTheVariablesAndItsGroupTheRelease() throws IOException {
        Path folder = release();
        set(folder, "rwxrwxrwx");

        assertEquals(List.of(), ready(prepare(folder, "", "make")).notes());

        assertEquals("rw-------", mode(folder.resolve(".env")));
        for (Path path : List.of(data.resolve("apps"), app(), releases(), folder)) {
            assertEquals("rwxr-x---", mode(path), path.toString());
        }
        assertEquals(List.of(".env", "deploy.sh"), names(folder));
    }

    @Test
    void theRepositorysVariablesAreReplacedWithANote() throws IOException {
        Path folder = release();
        Files.writeString(folder.resolve(".env"), "OF_THE_REPOSITORY=1\n");
        set(folder.resolve(".env"), "rw-rw-rw-");

        List<String> notes = ready(prepare(folder, "", "make")).notes();

        assertEquals(1, notes.size());
        assertTrue(notes.getFirst().contains(".env was replaced"), notes.getFirst());
        assertEquals("A=1\n", Files.readString(folder.resolve(".env")));
        assertEquals("rw-------", mode(folder.resolve(".env")));
    }

    @Test
    void aLinkInThePlaceOfTheVariablesIsNotWrittenThrough() throws IOException {
        Path folder = release();
        Path outside = Files.writeString(data.resolve("outside"), "untouched");
        Files.createSymbolicLink(folder.resolve(".env"), outside);

        assertEquals(1, ready(prepare(folder, "", "make")).notes().size());

        assertEquals("untouched", Files.readString(outside));
        assertTrue(Files.isRegularFile(folder.resolve(".env"), NOFOLLOW_LINKS));
    }

    @Test
    void aLinkToNothingIsNotWrittenThroughEither() throws IOException {
        Path folder = release();
        Files.createSymbolicLink(folder.resolve(".env"), data.resolve("made"));

        ready(prepare(folder, "", "make"));

        assertFalse(Files.exists(data.resolve("made")));
        assertEquals("A=1\n", Files.readString(folder.resolve(".env")));
    }

    @Test
    void aFolderInThePlaceOfTheVariablesIsRefused() throws IOException {
        Path folder = release();
        Files.createDirectories(folder.resolve(".env/x"));

        Prepared prepared = prepare(folder, "", "make");

        assertTrue(assertInstanceOf(Prepared.Refused.class, prepared).reason().contains("folder named .env"));
    }

    @Test
    void preparingAgainLeavesNothingUnfinished() throws IOException {
        Path folder = release();
        Files.writeString(folder.resolve(".unfinished-by-a-crash"), "SECRET=1");

        ready(prepare(folder, "", "make"));

        assertEquals(List.of(".env", "deploy.sh"), names(folder));
    }

    // The working directory

    @Test
    void theCommandIsRunInTheRealFolder() throws IOException {
        Path folder = release();
        Files.createDirectories(folder.resolve("packages/web"));
        Files.createSymbolicLink(folder.resolve("web"), Path.of("packages/web"));

        assertEquals(
                folder.resolve("packages/web").toRealPath(),
                ready(prepare(folder, "web", "make")).directory());
    }

    @ParameterizedTest
    @ValueSource(strings = {"out", "out/deeper", "loop", "dangling", "deploy.sh"})
    void aWorkingDirectoryThatLeadsOutIsRefused(String directory) throws IOException {
        Path folder = release();
        Files.createDirectories(data.resolve("outside/deeper"));
        Files.createSymbolicLink(folder.resolve("out"), data.resolve("outside"));
        Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(folder.resolve("dangling"), data.resolve("nowhere"));

        Prepared prepared = prepare(folder, directory, "make");

        assertTrue(assertInstanceOf(Prepared.Refused.class, prepared).reason().contains(directory));
        assertFalse(Files.exists(folder.resolve(".env")));
    }

    @Test
    void aNeighbourWhoseNameBeginsAlikeIsOutside() throws IOException {
        Path folder = release();
        Path neighbour = Files.createDirectories(Path.of(folder + "-more"));
        Files.createSymbolicLink(folder.resolve("out"), neighbour);

        assertInstanceOf(Prepared.Refused.class, prepare(folder, "out", "make"));
    }

    // The script

    @ParameterizedTest
    @ValueSource(
            strings = {
                "./deploy.sh",
                "deploy.sh",
                "  ./deploy.sh --all",
                "./deploy.sh; true",
                "./deploy.sh&&true",
                "NODE_ENV=production A= ./deploy.sh",
                "sub/../deploy.sh\necho done"
            })
    void theScriptThatTheCommandNamesFirstIsMadeExecutable(String command) throws IOException {
        Path folder = release();
        Files.createDirectory(folder.resolve("sub"));

        List<String> notes = ready(prepare(folder, "", command)).notes();

        assertEquals("rwxr-xr-x", mode(folder.resolve("deploy.sh")));
        assertEquals(1, notes.size());
        assertTrue(notes.getFirst().contains("deploy.sh was made executable"), notes.getFirst());
        assertEquals(
                List.of("The repository's .env was replaced by the variables of the deployment config."),
                ready(prepare(folder, "", command)).notes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sh deploy.sh", "'./deploy.sh'", "$DIR/deploy.sh", "./dep*", "", "  ", "# ./deploy.sh", "sub"})
    void nothingElseIs(String command) throws IOException {
        Path folder = release();
        Files.createDirectory(folder.resolve("sub"));
        set(folder.resolve("sub"), "rw-------");

        assertEquals(List.of(), ready(prepare(folder, "", command)).notes());

        assertEquals("rw-r--r--", mode(folder.resolve("deploy.sh")));
        assertEquals("rw-------", mode(folder.resolve("sub")));
    }

    @Test
    void theScriptIsLookedForInTheWorkingDirectory() throws IOException {
        Path folder = release();
        Files.createDirectories(folder.resolve("web/scripts"));
        Path script = Files.writeString(folder.resolve("web/scripts/x.sh"), "");
        set(script, "rw-------");

        ready(prepare(folder, "web", "scripts/x.sh"));

        assertEquals("rwx------", mode(script));
        assertEquals("rw-r--r--", mode(folder.resolve("deploy.sh")));
    }

    @Test
    void aScriptOutsideIsNotTouched() throws IOException {
        Path folder = release();
        Path outside = Files.writeString(data.resolve("outside.sh"), "");
        set(outside, "rw-r--r--");
        Files.createSymbolicLink(folder.resolve("link.sh"), outside);

        ready(prepare(folder, "", "./link.sh"));
        ready(prepare(folder, "", outside.toString()));
        ready(prepare(folder, "", "../../../../outside.sh"));

        assertEquals("rw-r--r--", mode(outside));
    }

    // The current release, and deletion

    @Test
    void theCurrentReleaseCanBeReadThroughTheLink() throws IOException {
        DeploymentId deployment = checkedOut();
        Files.createSymbolicLink(app().resolve(".unfinished-by-a-crash"), Path.of("releases/none"));

        folders.activate(config, deployment);

        assertEquals("echo deployed\n", Files.readString(app().resolve("current/deploy.sh")));
        assertEquals(List.of("current", "releases"), names(app()));
    }

    @Test
    void aReleaseWithoutAFolderIsNotActivated() {
        DeploymentId one = checkedOut();
        folders.activate(config, one);

        assertThrows(UncheckedIOException.class, () -> folders.activate(config, newer()));

        assertEquals(Optional.of(one), current(config));
    }

    @Test
    void deletionFollowsNoLinkAndPassesReadOnlyFolders() throws IOException {
        DeploymentId deployment = checkedOut();
        Path folder = folders.folder(config, deployment);
        Path outside = Files.createDirectory(data.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "");
        Files.createDirectories(folder.resolve("a/b"));
        Files.writeString(folder.resolve("a/b/file"), "");
        Files.createSymbolicLink(folder.resolve("a/link"), outside);
        Files.createSymbolicLink(folder.resolve("a/dangling"), data.resolve("nowhere"));
        set(folder.resolve("a/b"), "r-xr-xr-x");
        set(folder.resolve("a"), "---------");

        folders.discard(config, deployment);

        assertEquals(List.of(), names(releases()));
        assertTrue(Files.exists(outside.resolve("kept")));
    }

    @Test
    void aReleaseThatIsALinkIsRemovedAsOne() throws IOException {
        DeploymentId deployment = newer();
        Path outside = Files.createDirectory(data.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "");
        Path folder = folders.folder(config, deployment);
        Files.createDirectories(releases());
        Files.createSymbolicLink(folder, outside);

        folders.discard(config, deployment);

        assertFalse(exists(config, deployment));
        assertTrue(Files.exists(outside.resolve("kept")));
    }

    @Test
    void whatACrashLeftHalfDeletedGoesAway() throws IOException {
        DeploymentId one = checkedOut();
        Files.createDirectories(releases().resolve(".deleting-" + newer() + "-x/a"));
        Path apps = data.resolve("apps");
        Files.createDirectories(apps.resolve(".deleting-" + config + "-x/releases"));
        Path others = Files.createDirectories(apps.resolve(".deleting-" + UUID.randomUUID() + "-x"));

        folders.prune(config, 1, Set.of());
        assertEquals(List.of(one.toString()), names(releases()));
        folders.discardAll(config);

        assertEquals(List.of(others.getFileName().toString()), names(apps));
    }

    @Test
    void whatCantBeDeletedKeepsNothingElseFromGoing() throws Exception {
        DeploymentId stubborn = checkedOut();
        DeploymentId old = checkedOut();
        DeploymentId kept = checkedOut();
        Path file = Files.writeString(folders.folder(config, stubborn).resolve("deploy.lock"), "");
        assumeTrue(chattr("+i", file), "nothing can be made that can't be deleted");
        try {
            assertThrows(UncheckedIOException.class, () -> folders.prune(config, 1, Set.of()));
            assertFalse(exists(config, stubborn));
            assertFalse(exists(config, old));

            DeploymentId newest = checkedOut();
            assertThrows(UncheckedIOException.class, () -> folders.prune(config, 1, Set.of()));
            assertFalse(exists(config, kept));
            assertTrue(exists(config, newest));

            List<String> left = names(releases());
            assertEquals(2, left.size(), left::toString);
            assertEquals(List.of("deploy.lock"), names(releases().resolve(left.getFirst())));
        } finally {
            try (Stream<Path> paths = Files.walk(releases())) {
                for (Path path : paths.filter(p -> p.endsWith("deploy.lock")).toList()) {
                    chattr("-i", path);
                }
            }
        }
    }

    private static boolean chattr(String change, Path file) throws InterruptedException {
        try {
            return new ProcessBuilder("chattr", change, file.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
