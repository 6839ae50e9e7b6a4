package dev.quark.app;

import dev.quark.runner.router.proxy.RouterMain;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The router's process; QUARK starts it by itself. */
@Command(
        name = "router",
        description = "Takes requests to the deployed apps. QUARK starts it by itself, and it goes on without QUARK.",
        hidden = true,
        mixinStandardHelpOptions = true)
final class RouterCommand implements Callable<Integer> {

    @Option(names = "--dir", required = true, description = "The folder with its routes and its sockets.")
    private Path directory = Path.of("");

    @Option(names = "--host", required = true, description = "The address to listen on.")
    private String host = "";

    @Option(names = "--port", required = true, description = "The port to listen on.")
    private int port;

    @Option(names = "--trusted", split = ",", description = "Networks whose X-Forwarded-For is believed.")
    private List<String> trusted = List.of();

    @Option(names = "--build", required = true, description = "What it is known by.")
    private String build = "";

    @Option(names = "--class-data", arity = "1", description = "Only warms up, so that the JVM writes its class data.")
    private boolean classData;

    @Override
    public Integer call() throws InterruptedException {
        if (classData) {
            return RouterMain.makeClassData();
        }
        List<String> networks =
                trusted.stream().filter(network -> !network.isEmpty()).toList();
        return RouterMain.run(new RouterMain.Options(directory, host, port, networks, build));
    }
}
