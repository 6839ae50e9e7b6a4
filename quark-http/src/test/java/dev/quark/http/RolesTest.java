package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.identity.Role;
import io.javalin.Javalin;
import io.javalin.router.Endpoint;
import io.javalin.security.Roles;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RolesTest {

    private static final String SOME_ID = "01980b5e-7a51-7cc2-9c6b-ffffffffffff";

    @Test
    void theDocumentHasEveryRouteWithItsRoleAndNoOther() {
        try (World world = new World()) {
            assertEquals(documented(), real(world));
        }
    }

    @Test
    void theDocumentHasEveryWebSocketAndNoOther() {
        try (World world = new World()) {
            TreeMap<String, String> real = new TreeMap<>();
            world.server.javalin().unsafe.internalRouter.allWsHandlers().forEach(ws -> {
                Access access = (Access) ws.getRoles().iterator().next();
                real.put(ws.getPath(), access.label());
            });
            TreeMap<String, String> documented = new TreeMap<>();
            document().get("paths").properties().forEach(path -> {
                if (path.getValue().at("/get/x-websocket").isObject()) {
                    documented.put(
                            path.getKey(), path.getValue().at("/get/x-role").asText());
                }
            });
            assertEquals(documented, real);
        }
    }

    @Test
    void everyRouteLetsInWhomItNamesAndNobodyElse() {
        try (World world = new World()) {
            real(world).forEach((route, label) -> {
                String method = route.substring(0, route.indexOf(' '));
                String path = route.substring(route.indexOf(' ') + 1).replaceAll("\\{[^}]*}", SOME_ID);
                if (label.equals("anybody")) {
                    assertFalse(
                            List.of(401, 403).contains(status(world, null, method, path))
                                    && !path.startsWith("/api/")
                                    && !path.equals("/auth/login"),
                            route);
                    return;
                }
                Role needed = Role.valueOf(label.toUpperCase(Locale.ROOT));
                Api.of(world, null).send(method, path).is(401);
                Api.of(world, null).withToken("forged").send(method, path).is(401);
                for (Role role : Role.values()) {
                    int status = status(world, role, method, path);
                    assertEquals(!role.covers(needed), status == 403, () -> route + " as " + role + ": " + status);
                    assertTrue(status != 401, route);
                }
            });
        }
    }

    private static int status(World world, @org.jspecify.annotations.Nullable Role role, String method, String path) {
        Api api = Api.of(world, null);
        // A session of its own each time: one of the routes ends it.
        return (role == null ? api : api.withToken(world.begin(role)))
                .send(method, path)
                .status();
    }

    @Test
    void aRouteThatNamesNobodyIsClosedToAll() throws Exception {
        World world = new World();
        ClientAddress addresses = new ClientAddress(List.of());
        Authentication authentication = new Authentication(
                world.use.identity().authenticate(), addresses, new SessionCookie(addresses), World.LIMITS);
        Javalin javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.routes.beforeMatched(authentication::check);
            config.routes.get("/forgotten", ctx -> ctx.result("secret"));
            Problems.map(config.routes);
        });
        try {
            javalin.start(0);
            var reply = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + javalin.port() + "/forgotten"))
                                    .build(),
                            BodyHandlers.ofString());
            assertEquals(403, reply.statusCode());
            assertFalse(reply.body().contains("secret"));
        } finally {
            javalin.stop();
            world.close();
        }
    }

    @Test
    void aServerWithAWebSocketThatNamesNobodyDoesNotStart() {
        Javalin named = Javalin.create(config -> config.routes.ws("/ws/named", ws -> {}, Access.VIEWER));
        HttpServer.requireRoles(named);
        Javalin forgotten = Javalin.create(config -> config.routes.ws("/ws/forgotten", ws -> {}));
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> HttpServer.requireRoles(forgotten));
        assertEquals("WebSocket /ws/forgotten doesn't say who may use it", refused.getMessage());
    }

    private static Map<String, String> real(World world) {
        TreeMap<String, String> routes = new TreeMap<>();
        for (var parsed : world.server.javalin().unsafe.internalRouter.allHttpHandlers()) {
            Endpoint endpoint = parsed.endpoint;
            Roles roles = endpoint.metadata(Roles.class);
            if (endpoint.method.isHttpMethod() && !endpoint.method.name().equals("HEAD")) {
                Access access = (Access)
                        Objects.requireNonNull(roles).getRoles().iterator().next();
                routes.put(endpoint.method + " " + endpoint.path, access.label());
            }
        }
        return routes;
    }

    private static Map<String, String> documented() {
        TreeMap<String, String> routes = new TreeMap<>();
        TreeSet<String> ids = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : document().get("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                JsonNode value = operation.getValue();
                String route = operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey();
                routes.put(route, value.get("x-role").asText());
                assertTrue(ids.add(value.get("operationId").asText()), () -> "twice: " + value.get("operationId"));
                assertEquals(
                        value.get("x-role").asText().equals("anybody"),
                        value.get("security").isEmpty(),
                        route);
                for (String name : path.getKey().split("[{}]", -1)) {
                    boolean isName = path.getKey().contains("{" + name + "}");
                    assertTrue(
                            !isName
                                    || value.get("parameters")
                                            .findValuesAsText("name")
                                            .contains(name),
                            route);
                }
            }
        }
        return routes;
    }

    private static JsonNode document() {
        return Api.parse(new String(new ApiDocument().document(), StandardCharsets.UTF_8));
    }
}
