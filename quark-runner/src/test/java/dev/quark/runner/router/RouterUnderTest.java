package dev.quark.runner.router;

import dev.quark.core.testing.Jars;
import dev.quark.runner.router.proxy.RouterMain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The router's process as tests run it. */
public final class RouterUnderTest {

    private RouterUnderTest() {}

    /** Runs a router, as {@code quark router} does. */
    public static void main(String[] args) throws InterruptedException {
        System.exit(RouterMain.run(List.of(args)));
    }

    /** The settings of a router of these tests' own class path. */
    static Settings settings(Path directory, int port, String build, List<String> trusted, String... jvmOptions) {
        List<String> options = new ArrayList<>(Settings.JVM_OPTIONS);
        options.addAll(List.of(jvmOptions));
        return settings(
                directory, port, build, trusted, options, System.getProperty("java.class.path"), Duration.ofDays(1));
    }

    /** One whose class data is made at once, which takes a class path of jars. */
    static Settings withClassData(Path directory, Path jars) throws IOException {
        return settings(directory, 0, "one", List.of(), Settings.JVM_OPTIONS, Jars.classPath(jars), Duration.ZERO);
    }

    private static Settings settings(
            Path directory,
            int port,
            String build,
            List<String> trusted,
            List<String> options,
            String classPath,
            Duration classDataAfter) {
        return new Settings(
                directory,
                "127.0.0.1",
                port,
                trusted,
                Path.of(System.getProperty("java.home"), "bin", "java"),
                options,
                List.of("-cp", classPath, RouterUnderTest.class.getName()),
                classDataAfter,
                () -> build);
    }

    /** Ends the router of a folder, script and all, by their process ids. */
    static void end(Path directory) {
        SupervisorFile.read(directory.resolve("supervisor"))
                .filter(SupervisorFile::isAlive)
                .ifPresent(script -> {
                    ProcessHandle.of(script.pid()).ifPresent(process -> {
                        List<ProcessHandle> children = process.descendants().toList();
                        process.destroyForcibly();
                        children.forEach(ProcessHandle::destroyForcibly);
                        children.forEach(child -> child.onExit().join());
                        process.onExit().join();
                    });
                });
    }
}
