package dev.quark.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the server until it is told to stop. */
@Command(
        name = "serve",
        description =
                "Runs the server until it is stopped. Settings come from the environment and from .env in the working"
                        + " directory; docs/configuration.md describes them.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        return serve(spec.commandLine().getOut());
    }

    /** The same without a command line; says on {@code out} that it serves. */
    static int serve(PrintWriter out) throws InterruptedException {
        Settings settings = Settings.read(System.getenv(), Path.of("").toAbsolutePath());
        AtomicReference<Application> running = new AtomicReference<>();
        CountDownLatch stopped = new CountDownLatch(1);
        // A stop in the middle of the start is one without goodbye, which nothing suffers from.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            Application application = running.get();
            if (application != null) {
                application.close();
            }
            stopped.countDown();
        }));
        Application application = Application.start(settings);
        running.set(application);
        application.announce(out);
        stopped.await();
        return 0;
    }
}
