package dev.quark.runner.router.proxy;

import dev.quark.core.problem.InvalidException;
import dev.quark.runner.router.Wire;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxBootstrap;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The router's process: takes over from the one that runs, if one does, serves, and goes when it is replaced or told to. */
public final class RouterMain {

    private static final System.Logger LOG = System.getLogger(RouterMain.class.getName());

    /** The exit code that says: starting me again would not help. */
    public static final int NOT_AGAIN = 78;

    private static final int THREADS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);
    private static final long RETIRED_POLL_MS = 100;

    private final Options options;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("routes").daemon().factory());
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final List<Loop> loops = new ArrayList<>();
    private volatile boolean retiring;

    /**
     * How a router is started.
     *
     * @param directory where it keeps its routes and its sockets; exists, with mode 0700
     * @param host where it listens
     * @param port where it listens; 0 for any free port
     * @param trusted the CIDRs whose {@code X-Forwarded-*} is believed
     * @param build names the build and these options
     */
    private record Options(Path directory, String host, int port, List<String> trusted, String build) {

        static Options of(Map<String, String> given) {
            return new Options(
                    Path.of(value(given, "--dir")),
                    value(given, "--host"),
                    Integer.parseInt(value(given, "--port")),
                    Arrays.stream(value(given, "--trusted").split(","))
                            .filter(network -> !network.isEmpty())
                            .toList(),
                    value(given, "--build"));
        }

        private static String value(Map<String, String> given, String name) {
            String value = given.get(name);
            if (value == null) {
                throw new InvalidException(name, "is missing; QUARK starts its router by itself");
            }
            return value;
        }
    }

    private RouterMain(Options options) {
        this.options = options;
    }

    /**
     * Runs a router to its end.
     *
     * @param arguments names and values in turn, as QUARK's process gives them
     * @return the exit code
     * @throws InvalidException where one is missing
     */
    public static int run(List<String> arguments) throws InterruptedException {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i + 1 < arguments.size(); i += 2) {
            given.put(arguments.get(i), arguments.get(i + 1));
        }
        Options options = Options.of(given);
        return given.containsKey("--class-data") ? makeClassData() : run(options);
    }

    /** Does what a router does at its start and later, for nobody: its JVM then writes the class data of that. */
    private static int makeClassData() throws InterruptedException {
        int answered = WarmUp.run(new Headers(new TrustedProxies(List.of())));
        try {
            Path directory = Files.createTempDirectory("quark-router");
            try {
                new TableFile(directory.resolve(Routes.FILE)).write(someRoute());
                RouterMain router = new RouterMain(new Options(directory, "127.0.0.1", 0, List.of(), ""));
                router.exit.complete(answered > 0 ? 0 : 1);
                return exitCode(router);
            } finally {
                for (String file : List.of(Routes.FILE, "control", "handover", "")) {
                    Files.deleteIfExists(directory.resolve(file));
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "The router goes without class data", e);
            return 1;
        }
    }

    private static Wire.Kept someRoute() {
        String config = UUID.randomUUID().toString();
        return new Wire.Kept(
                List.of(new Wire.RouteLine(config, List.of("app.test"), "/", false, "class-data", List.of(1), 0)),
                List.of(new Wire.KeptCutover(config, "class-data", new Wire.CutoverLine(0, 0, 0, 0))));
    }

    private static int run(Options options) throws InterruptedException {
        Path over =
                options.directory().resolve("over." + ProcessHandle.current().pid());
        try {
            // One of a process that had this number before.
            Files.deleteIfExists(over);
        } catch (IOException e) {
            return failed(options, e);
        }
        int code = exitCode(new RouterMain(options));
        if (code == 0 || code == NOT_AGAIN) {
            sayOver(over);
        }
        return code;
    }

    /** The exit code is not enough: a JVM that can't write its class data, to a full disk say, ends with one of its own. */
    private static void sayOver(Path over) {
        try {
            Files.createFile(over);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "The exit code has to be enough", e);
        }
    }

    private static int exitCode(RouterMain router) throws InterruptedException {
        try {
            return router.serve();
        } catch (ExecutionException | IOException e) {
            return failed(router.options, e);
        }
    }

    private static int failed(Options options, Exception cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof BindException
                    || String.valueOf(each.getMessage()).contains("Address already in use")) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "{0}:{1} is taken by another program: set PROXY_PORT to a free port, or"
                                + " to 0 for no router",
                        options.host(),
                        String.valueOf(options.port()));
                return NOT_AGAIN;
            }
        }
        LOG.log(System.Logger.Level.ERROR, "The router can''t serve", cause);
        return 1;
    }

    private int serve() throws IOException, InterruptedException, ExecutionException {
        Path directory = options.directory();
        try (Handover handover = new Handover()) {
            ListeningSocket socket = new ListeningSocket();
            Vertx vertx = vertx(socket, THREADS);
            Routes routes = new Routes(directory, timer);
            Headers headers = new Headers(new TrustedProxies(options.trusted()));
            boolean hasTime = !routes.isAwaited() || isServed(directory.resolve("control"));
            int warmUp = hasTime ? WarmUp.run(headers) : 0;
            // From here until this one serves, clients wait: everything that takes time was done before.
            Optional<Handover.Inheritance> before = handover.take(directory.resolve("handover"));
            if (before.isPresent()) {
                socket.inherit(before.get().descriptor(), options.host(), options.port());
                routes.follow(before.get().gone());
            }
            routes.load();
            listen(vertx, routes, headers);
            socket.startAccepting();
            int port = loops.getFirst().port();
            // It says hello when it can also be replaced.
            CompletableFuture<Wire.Hello> hello = new CompletableFuture<>();
            ControlServer control = ControlServer.open(directory.resolve("control"), routes, hello::join);
            handover.offer(directory.resolve("handover"), socket::descriptor, () -> retire(routes, control, socket));
            hello.complete(
                    new Wire.Hello(options.build(), ProcessHandle.current().pid(), port, warmUp));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> exit.complete(0), "stop"));
            LOG.log(System.Logger.Level.INFO, "The router listens on {0}:{1}", options.host(), String.valueOf(port));
            int code = exit.get();
            vertx.close();
            return code;
        }
    }

    /** Whether another router serves meanwhile. */
    private static boolean isServed(Path control) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(control));
        } catch (IOException e) {
            return false;
        }
    }

    static Vertx vertx(ListeningSocket socket, int threads) {
        return VertxBootstrap.create()
                .options(new VertxOptions()
                        .setEventLoopPoolSize(threads)
                        .setWorkerPoolSize(1)
                        .setInternalBlockingPoolSize(1))
                .transport(socket)
                .init()
                .vertx();
    }

    private void listen(Vertx vertx, Routes routes, Headers headers) throws InterruptedException, ExecutionException {
        Loop.Address address = new Loop.Address(options.host(), options.port() == 0 ? -1 : options.port());
        vertx.deployVerticle(
                        () -> {
                            Loop loop =
                                    new Loop(routes::table, headers, Loop.Timeouts.DEFAULT, address, () -> retiring);
                            synchronized (loops) {
                                loops.add(loop);
                            }
                            return loop;
                        },
                        new DeploymentOptions().setInstances(THREADS))
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    /** Another router has the socket: what is under way here ends here, and then this process. */
    @SuppressWarnings("FutureReturnValueIgnored") // The process ends before it does.
    private void retire(Routes routes, ControlServer control, ListeningSocket socket) {
        LOG.log(System.Logger.Level.INFO, "Another router has taken over");
        retiring = true;
        try {
            control.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "The control channel can''t be closed", e);
        }
        socket.stopAccepting();
        routes.retire();
        timer.scheduleWithFixedDelay(
                () -> {
                    if (socket.isDone()) {
                        exit.complete(0);
                    }
                },
                RETIRED_POLL_MS,
                RETIRED_POLL_MS,
                TimeUnit.MILLISECONDS);
    }
}
