package dev.quark.runner.router;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * How the built-in router is run.
 *
 * @param directory a folder of its own, for its routes and the sockets by which it is told of them; made with mode 0700
 * @param host where it listens
 * @param port where it listens; 0 for any free port
 * @param trustedProxies addresses and CIDRs whose {@code X-Forwarded-*} is believed
 * @param java the {@code java} program
 * @param jvmOptions its options
 * @param program what to run: {@code -cp}, a class path, and a class whose {@code main} gives its arguments to {@code
 *     RouterMain}
 * @param classDataAfter how long after a router's start its class data is made, where it isn't there
 * @param build names what is run; a router of another name is replaced. Asked once, when a router is needed
 */
public record Settings(
        Path directory,
        String host,
        int port,
        List<String> trustedProxies,
        Path java,
        List<String> jvmOptions,
        List<String> program,
        Duration classDataAfter,
        Supplier<String> build) {

    /** What suits a proxy whose bodies never stay: measured in {@code docs/benchmarks.md}. */
    public static final List<String> JVM_OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-Xms16m",
            "-Xmx64m",
            "-Xss256k",
            "-XX:MaxDirectMemorySize=96m",
            "-XX:+ExitOnOutOfMemoryError",
            // Ten times the defaults: C2 would take a core from the first requests, and is for those who have many.
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000",
            "-Dio.netty.allocator.numDirectArenas=2",
            "-Dio.netty.allocator.numHeapArenas=1",
            "-Dio.netty.allocator.maxOrder=5",
            "-Dvertx.disableDnsResolver=true",
            "-Dvertx.disableFileCPResolving=true",
            "-Dvertx.disableFileCaching=true");

    /** Copies the lists. */
    public Settings {
        trustedProxies = List.copyOf(trustedProxies);
        jvmOptions = List.copyOf(jvmOptions);
        program = List.copyOf(program);
    }

    /** What a router is known by: the same for two that would do the same. */
    String fingerprint() {
        return build.get() + " " + host + ":" + port + " " + String.join(",", trustedProxies) + " "
                + String.join(" ", jvmOptions);
    }
}
