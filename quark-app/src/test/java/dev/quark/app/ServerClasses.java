package dev.quark.app;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

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
            String path = jars(folder);
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

    /** The class path of this test, its folders packed. */
    private static String jars(Path folder) throws IOException {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!entry.isEmpty() && Files.isDirectory(Path.of(entry))) {
                jars.add(pack(Path.of(entry), folder.resolve(jars.size() + ".jar"))
                        .toString());
            } else if (entry.endsWith(".jar")) {
                jars.add(entry);
            }
        }
        return String.join(File.pathSeparator, jars);
    }

    private static Path pack(Path classes, Path jar) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            out.setLevel(0);
            for (Path file :
                    files.filter(each -> !each.equals(classes)).sorted().toList()) {
                boolean isFolder = Files.isDirectory(file);
                out.putNextEntry(new ZipEntry(classes.relativize(file) + (isFolder ? "/" : "")));
                if (!isFolder) {
                    Files.copy(file, out);
                }
                out.closeEntry();
            }
        }
        return jar;
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
