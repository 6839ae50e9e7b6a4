package dev.quark.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the whole way of a push on this machine alone. */
@Command(
        name = "demo",
        description =
                "Shows a push becoming a deployment: makes a repository, starts a server in a temporary folder, posts a"
                        + " signed push, and prints the live log. Then an app changes its version several times under"
                        + " load. Needs no GitHub, no network and no settings.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    @Option(names = "--keep", description = "Stay up afterwards, to look around, until stopped with Ctrl-C.")
    private boolean keep;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Demo demo = Demo.prepare(out);
        Thread cleanUp = new Thread(demo::close);
        Runtime.getRuntime().addShutdownHook(cleanUp);
        boolean completed = demo.run();
        if (keep) {
            demo.sayHowToLookAround();
            new CountDownLatch(1).await();
        }
        return completed ? 0 : 1;
    }
}
