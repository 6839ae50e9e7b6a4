package dev.quark.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import io.javalin.security.Roles;
import java.util.Set;

/** Adds routes, each with who may use it. */
final class Routes {

    private final RoutesConfig routes;

    Routes(RoutesConfig routes) {
        this.routes = routes;
    }

    /** What is got can also be asked for without its body. */
    void get(String path, Access access, Handler handler) {
        add(HandlerType.GET, path, access, handler);
        add(HandlerType.HEAD, path, access, handler);
    }

    void post(String path, Access access, Handler handler) {
        add(HandlerType.POST, path, access, handler);
    }

    void put(String path, Access access, Handler handler) {
        add(HandlerType.PUT, path, access, handler);
    }

    void patch(String path, Access access, Handler handler) {
        add(HandlerType.PATCH, path, access, handler);
    }

    void delete(String path, Access access, Handler handler) {
        add(HandlerType.DELETE, path, access, handler);
    }

    private void add(HandlerType method, String path, Access access, Handler handler) {
        routes.addEndpoint(Endpoint.create(method, path)
                .addMetadata(new Roles(Set.of(access)))
                .handler(handler));
    }
}
