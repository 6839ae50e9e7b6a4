package dev.quark.http;

import dev.quark.core.event.EventBus;
import dev.quark.core.metrics.SystemSample;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.requestlog.RequestsLogged;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.router.Endpoint;
import io.javalin.router.InternalRouter;
import io.javalin.security.Roles;
import io.javalin.util.JavalinLogger;
import io.javalin.websocket.WsHandlerEntry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServletFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;

/** QUARK's HTTP and WebSocket server. */
public final class HttpServer implements AutoCloseable {

    /** What request bodies may take together; two of the largest fit. */
    private static final long BODY_BUDGET = 64L << 20;

    /** What streams get to tell their clients that the server stops, before the requests in flight get their time. */
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private static final int MOST_CONNECTIONS = 4096;

    /** What a client may say on a WebSocket, where nobody listens to it. */
    private static final int MOST_INCOMING = 4 * 1024;

    /** Holds the longest line, each of its characters escaped. */
    private static final long LARGEST_FRAME = 128 * 1024;

    private final Javalin javalin;
    private final Streams streams;
    private final WebhookRoute webhook;
    private final RequestSocket requests;
    private final EventSocket events;
    private final MetricsSocket metrics;
    private final Map<String, Streams.Stream> clients = new ConcurrentHashMap<>();
    private final EventBus.Subscription subscription;

    /** Known once all routes are. */
    private Endpoints endpoints = new Endpoints(List.of());

    private HttpServer(Settings settings, UseCases use, Duration goodbye) {
        BodyBudget budget = new BodyBudget(BODY_BUDGET);
        ClientAddress addresses = new ClientAddress(settings.trustedProxies());
        SessionCookie cookie = new SessionCookie(addresses);
        Identity identity = use.identity();
        Authentication authentication =
                new Authentication(identity.authenticate(), addresses, cookie, settings.limits());
        streams = new Streams(goodbye);
        webhook = new WebhookRoute(use.webhook(), use.clock(), budget, addresses, settings.limits());
        Settings.Times times = settings.times();
        requests = new RequestSocket(use, () -> endpoints, settings.anonymousLogStream());
        events = new EventSocket(use.clock());
        metrics = new MetricsSocket(use.measures().system());
        EncodedBatches encoded = new EncodedBatches();
        javalin = Javalin.create(config -> {
            quiet(config);
            jetty(config, settings);
            config.routes.beforeMatched(RequestTrace::begin);
            config.routes.beforeMatched(authentication::check);
            Routes routes = new Routes(config.routes);
            webhook.add(routes);
            new HealthRoutes(use.obstacles()).add(routes);
            new SessionRoutes(identity, authentication, cookie, budget, settings.limits()).add(routes);
            new TokenRoutes(identity.apiTokens(), authentication, budget).add(routes);
            new UserRoutes(identity.users(), authentication, budget).add(routes);
            new AuditRoutes(identity.audit()).add(routes);
            new GitHubSignInRoutes(
                            use.codeHosting(), settings.frontendOrigin(), authentication, cookie, settings.limits())
                    .add(routes);
            new RepositoryRoutes(use.codeHosting().browse()).add(routes);
            new HookRoutes(use.codeHosting().hooks(), authentication).add(routes);
            new DeliveryRoutes(use.codeHosting().deliveries(), authentication, budget).add(routes);
            ConfigRoutes configs = new ConfigRoutes(use.configs(), use.removeConfig(), authentication, budget);
            // First: a service's path is also that of a repository's config.
            new ServiceRoutes(use, configs, authentication).add(routes);
            configs.add(routes);
            new VariableRoutes(use.configs(), authentication, budget).add(routes);
            new DeploymentRoutes(use, authentication, budget).add(routes);
            new LogRoutes(use, authentication, streams, times.heartbeat()).add(routes);
            new LogSearchRoutes(use.logIndex(), use.deployments()).add(routes);
            new LogEvents(use, authentication, encoded, streams, times.heartbeat()).add(routes);
            sockets(
                    routes,
                    new Sockets(config.routes, authentication, streams, times, clients),
                    new LogSocket(use, encoded));
            new MetricsRoutes(use.measures(), use.clock()).add(routes);
            new RequestRoutes(use, () -> endpoints).add(routes);
            new ApiDocument().add(routes);
            Problems.map(config.routes);
        });
        requireRoles(javalin);
        endpoints = endpoints();
        subscription = use.events().subscribe(event -> {
            events.tell(event);
            if (event instanceof RequestsLogged logged) {
                requests.tell(logged);
            } else if (event instanceof SystemSample.Taken taken) {
                metrics.tell(taken.sample());
            }
        });
        javalin.jettyServer()
                .server()
                .setRequestLog(
                        new RequestRecorder(use.requestLog(), use.measures().requests(), addresses, endpoints));
    }

    private void sockets(Routes routes, Sockets sockets, LogSocket logs) {
        logs.add(sockets);
        requests.add(sockets);
        events.add(sockets);
        metrics.add(sockets);
        for (String path : List.of("/ws/logs/{log_id}", "/ws/events", "/ws/metrics")) {
            Access access = path.startsWith("/ws/logs/") ? Access.ANYBODY : Access.VIEWER;
            routes.get(path, access, ctx -> {
                throw new HttpProblem(426, "This address takes WebSocket connections.", Map.of("Upgrade", "websocket"));
            });
        }
    }

    private Endpoints endpoints() {
        InternalRouter router = javalin.unsafe.internalRouter;
        Stream<String> http = router.allHttpHandlers().stream()
                .filter(parsed -> parsed.endpoint.method.isHttpMethod())
                .map(parsed -> parsed.endpoint.path);
        Stream<String> sockets = router.allWsHandlers().stream().map(WsHandlerEntry::getPath);
        return new Endpoints(Stream.concat(http, sockets).toList());
    }

    /**
     * Starts the server; it answers when this returns.
     *
     * @throws UnavailableException where it can't listen there
     */
    public static HttpServer start(Settings settings, UseCases use) {
        return start(settings, use, GOODBYE);
    }

    /** @param goodbye what streams get to tell their clients that the server stops */
    static HttpServer start(Settings settings, UseCases use, Duration goodbye) {
        HttpServer server = new HttpServer(settings, use, goodbye);
        try {
            server.javalin.start();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw new UnavailableException(
                    "The server can't listen on " + settings.host() + ":" + settings.port()
                            + ": another process does already, or it may not.",
                    e);
        }
    }

    /** The port that the server listens on. */
    public int port() {
        return javalin.port();
    }

    /** How many clients of WebSockets there are. */
    public int webSocketClients() {
        return clients.size();
    }

    /** How many deliveries had no signature or a wrong one since the start. */
    public long rejectedSignatures() {
        return webhook.rejected();
    }

    /** Lets requests in flight finish, tells streams to connect again, and stops. */
    @Override
    public void close() {
        subscription.close();
        streams.close();
        javalin.stop();
    }

    /** The routes that there really are. */
    Javalin javalin() {
        return javalin;
    }

    /** How many streams there are. */
    int streams() {
        return streams.count();
    }

    /** Where the requests go that somebody watches. */
    Channel<?> requests() {
        return requests.channel();
    }

    /** @throws IllegalStateException where something doesn't say who may use it */
    static void requireRoles(Javalin javalin) {
        for (var parsed : javalin.unsafe.internalRouter.allHttpHandlers()) {
            Endpoint endpoint = parsed.endpoint;
            Roles roles = endpoint.metadata(Roles.class);
            if (endpoint.method.isHttpMethod()
                    && (roles == null || roles.getRoles().size() != 1)) {
                throw new IllegalStateException(endpoint.method + " " + endpoint.path + " doesn't say who may use it");
            }
        }
        // Their handlers let in: an HTTP answer can't say why not to a browser's WebSocket.
        for (var socket : javalin.unsafe.internalRouter.allWsHandlers()) {
            if (socket.getRoles().size() != 1) {
                throw new IllegalStateException("WebSocket " + socket.getPath() + " doesn't say who may use it");
            }
        }
    }

    private static void quiet(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        JavalinLogger.startupInfo = false;
    }

    private static void jetty(JavalinConfig config, Settings settings) {
        config.concurrency.useVirtualThreads = true;
        config.http.prefer405over404 = true;
        // Lines of a log compress well, but the processor time is better spent on deployments.
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.jetty.modifyHttpConfiguration(HttpServer::http);
        config.jetty.addConnector((server, http) -> connector(server, http, settings));
        config.jetty.modifyServer(server -> {
            server.setStopTimeout(settings.times().stop().toMillis());
            server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, server));
            server.setErrorHandler(new ServerErrors());
            if (settings.frontendOrigin() != null) {
                server.insertHandler(crossOrigin(settings.frontendOrigin()));
            }
            server.insertHandler(new ResponseHeaders());
        });
        config.jetty.modifyServletContextHandler(context -> {
            context.setErrorHandler(new ServerErrors());
            context.addEventListener(new WithoutCompression(context));
        });
        config.jetty.modifyWebSocketServletFactory(factory -> webSockets(factory, settings));
    }

    private static void http(HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        // Parameters are those of the query: a body is never read for them.
        http.setFormEncodedMethods(Set.of());
        http.setOutputBufferSize(16 * 1024);
    }

    private static Connector connector(Server server, HttpConfiguration http, Settings settings) {
        ServerConnector connector =
                new ServerConnector(server, null, null, null, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        // When the server stops, it waits so long for connections on which nothing happens.
        connector.setShutdownIdleTimeout(Math.min(1000, settings.times().stop().toMillis() / 10));
        connector.setIdleTimeout(settings.times().idle().toMillis());
        return connector;
    }

    private static CrossOriginHandler crossOrigin(String origin) {
        CrossOriginHandler handler = new CrossOriginHandler();
        handler.setAllowedOriginPatterns(Set.of(Pattern.quote(origin)));
        handler.setAllowedMethods(Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"));
        handler.setAllowedHeaders(Set.of("Authorization", "Content-Type", "Last-Event-ID"));
        handler.setExposedHeaders(Set.of("Link", "Location", "Retry-After", "X-Process-Time", "X-Total-Count"));
        handler.setPreflightMaxAge(Duration.ofMinutes(10));
        return handler;
    }

    private static void webSockets(JettyWebSocketServletFactory factory, Settings settings) {
        factory.setIdleTimeout(settings.times().idle());
        factory.setMaxTextMessageSize(MOST_INCOMING);
        factory.setMaxBinaryMessageSize(MOST_INCOMING);
        factory.setMaxFrameSize(LARGEST_FRAME);
        factory.setInputBufferSize(1024);
    }

    /** Compressing each frame for each client would cost more than all the rest; and trains of frames have to stay whole. */
    private record WithoutCompression(ServletContextHandler context) implements LifeCycle.Listener {

        @Override
        public void lifeCycleStarted(LifeCycle event) {
            WebSocketServerComponents.getWebSocketComponents(context)
                    .getExtensionRegistry()
                    .unregister("permessage-deflate");
        }
    }
}
