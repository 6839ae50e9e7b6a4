package dev.quark.runner;

import dev.quark.core.process.CommandRun;
import dev.quark.core.process.CommandRunner.Command;
import dev.quark.core.process.RunId;
import dev.quark.core.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/** A QUARK of its own that starts a command and is then to be killed. */
final class RunnerChild {

    private RunnerChild() {}

    /** Arguments: the data directory, the deployment, the command and the value of VALUE, both in base64. */
    public static void main(String[] args) throws Exception {
        Runner runner = Runner.open(Settings.in(Path.of(args[0])));
        CommandRun run = runner.commands()
                .start(new Command(
                        new RunId(UUID.fromString(args[1])),
                        decode(args[2]),
                        Path.of(args[0]),
                        Map.of("VALUE", Secret.of(decode(args[3]))),
                        dev.quark.core.process.CommandRunner.Keep.ALL));
        run.read();
        System.out.println("printed");
        System.in.read();
    }

    /** Starts one and waits until the command has printed something. */
    static Process start(Path data, RunId deployment, String command, String value, String locale) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RunnerChild.class.getName(),
                        data.toString(),
                        deployment.toString(),
                        encode(command),
                        encode(value))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LC_ALL", locale);
        Process process = builder.start();
        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        if (!"printed".equals(line)) {
            throw new IllegalStateException("The child said " + line);
        }
        return process;
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }
}
