package dev.quark.app;

import dev.quark.core.testing.Jars;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the servers of the tests run from, as an installed one does: a class path of jars alone, and an archive of the classes
 * that a server loads, made by the first. Tests start dozens; loading the classes takes half of each start.
 */
final class ServerClasses {

    /** Options of java. */
    static final List<String> OPTIONS = make();

    private ServerClasses() {}

    private static List<String> make() {
        try {
            Path folder =
                    Files.createDirectories(Path.of("target/server-classes").toAbsolutePath());
            String path = Jars.classPath(folder);
            Path archive = folder.resolve("classes.jsa");
            Files.deleteIfExists(archive);
            dump(folder, path, archive);
            return List.of("-cp", path, "-XX:SharedArchiveFile=" + archive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server that ends by itself leaves the archive. */
    private static void dump(Path folder, String path, Path archive) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory(folder, "data");
        ProcessBuilder builder =
                QuarkProcess.command(data, List.of("-cp", path, "-XX:ArchiveClassesAtExit=" + archive), "serve");
        builder.environment().put("PROXY_PORT", "0");
        Process server = builder.redirectErrorStream(true).start();
        try (BufferedReader out = server.inputReader()) {
            String line = out.readLine();
            while (line != null && !line.contains("listens on")) {
                line = out.readLine();
            }
            if (line == null) {
                throw new IllegalStateException("The server ended before it listened; see " + data);
            }
            // Not by the process itself, which would close what is read here.
            server.toHandle().destroy();
            while (line != null) {
                line = out.readLine();
            }
        }
        server.waitFor();
    }
}
