package dev.quark.app;

import dev.quark.runner.router.Router;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** How this very program is started again as the router. */
final class RouterLaunch {

    private static final String LOOPBACK = "127.0.0.1";

    /** The first deployments have the machine for themselves. */
    private static final Duration CLASS_DATA_AFTER = Duration.ofMinutes(1);

    private RouterLaunch() {}

    static Router open(Settings settings) {
        return settings.caddy() == null
                ? Router.builtIn(settings(settings))
                : Router.behindCaddy(settings(settings), settings.caddy());
    }

    /** A router behind Caddy is for Caddy alone, and believes where that says that requests come from. */
    static dev.quark.runner.router.Settings settings(Settings settings) {
        boolean alone = settings.caddy() == null;
        List<Path> classPath = classPath();
        Path directory = settings.dataDir().resolve("router").toAbsolutePath();
        List<String> options = new ArrayList<>(dev.quark.runner.router.Settings.JVM_OPTIONS);
        options.add("--enable-native-access=ALL-UNNAMED");
        options.addAll(List.of("-Xlog:disable", "-Xlog:all=error,cds*=off:stderr"));
        return new dev.quark.runner.router.Settings(
                directory,
                alone ? settings.host() : LOOPBACK,
                settings.proxyPort(),
                alone ? settings.trustedProxies() : List.of(LOOPBACK),
                Path.of(System.getProperty("java.home"), "bin", "java"),
                options,
                List.of("-cp", text(classPath), QuarkCommand.class.getName(), "router"),
                CLASS_DATA_AFTER,
                () -> build(classPath));
    }

    /** Where this program's classes are. */
    static List<Path> classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath())
                .toList();
    }

    private static String text(List<Path> classPath) {
        return String.join(
                File.pathSeparator, classPath.stream().map(Path::toString).toList());
    }

    /** A short name for what is on the class path; another one after every build and upgrade. */
    private static String build(List<Path> classPath) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path entry : classPath) {
                digest.update(entry.toString().getBytes(StandardCharsets.UTF_8));
                Path libraries = entry.resolveSibling("lib");
                note(digest, entry);
                if (Files.isDirectory(libraries)) {
                    try (Stream<Path> jars = Files.list(libraries)) {
                        jars.sorted().forEach(jar -> note(digest, jar));
                    }
                }
            }
            return QuarkCommand.Version.of() + "-" + HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (IOException e) {
            throw new UncheckedIOException("The class path can't be read", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void note(MessageDigest digest, Path file) {
        try {
            if (Files.isRegularFile(file)) {
                String state = file.getFileName() + " " + Files.size(file) + " "
                        + Files.getLastModifiedTime(file).toMillis() + "\n";
                digest.update(state.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The class path can't be read", e);
        }
    }
}
