package dev.quark.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The API's description, and two ways to read it; all of it comes from this server. */
final class ApiDocument {

    private static final List<String> PARTS = List.of(
            "health",
            "session",
            "accounts",
            "github",
            "hooks",
            "configs",
            "variables",
            "deployments",
            "logs",
            "requests",
            "metrics",
            "webhook",
            "document");

    private static final String SWAGGER = "/META-INF/resources/webjars/swagger-ui/5.34.1/";
    private static final String OWN = "/dev/quark/http/pages/";

    private static final String HTML = "text/html;charset=utf-8";
    private static final String SCRIPT = "text/javascript;charset=utf-8";
    private static final String STYLE = "text/css;charset=utf-8";

    /** Both readers style elements from their scripts; ReDoc searches in a worker that it makes itself. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'";

    private final ReentrantLock lock = new ReentrantLock();
    private byte @Nullable [] document;

    void add(Routes routes) {
        addDeploymentPage(routes);
        routes.get("/openapi.json", Access.ANYBODY, ctx -> Answer.send(ctx, 200, Answer.JSON, document()));
        routes.get("/docs", Access.ANYBODY, ctx -> file(ctx, OWN + "docs.html", HTML));
        routes.get("/docs/initializer.js", Access.ANYBODY, ctx -> file(ctx, OWN + "docs.js", SCRIPT));
        routes.get("/docs/swagger-ui.css", Access.ANYBODY, ctx -> file(ctx, SWAGGER + "swagger-ui.css", STYLE));
        routes.get(
                "/docs/swagger-ui-bundle.js",
                Access.ANYBODY,
                ctx -> file(ctx, SWAGGER + "swagger-ui-bundle.js", SCRIPT));
        routes.get("/redoc", Access.ANYBODY, ctx -> file(ctx, OWN + "redoc.html", HTML));
        routes.get("/redoc/initializer.js", Access.ANYBODY, ctx -> file(ctx, OWN + "redoc.js", SCRIPT));
        routes.get(
                "/redoc/redoc.standalone.js",
                Access.ANYBODY,
                ctx -> file(ctx, OWN + "redoc/redoc.standalone.js", SCRIPT));
    }

    /** Where links from elsewhere lead people; it shows what its reader may read. */
    private static void addDeploymentPage(Routes routes) {
        routes.get("/pages/deployments/{id}", Access.ANYBODY, ctx -> file(ctx, OWN + "deployment.html", HTML));
        routes.get("/pages/deployment.js", Access.ANYBODY, ctx -> file(ctx, OWN + "deployment.js", SCRIPT));
    }

    /** Made at the first request. */
    byte[] document() {
        lock.lock();
        try {
            byte[] known = document;
            if (known == null) {
                known = merge();
                document = known;
            }
            return known;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    private static byte[] merge() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode whole = read(mapper, "base");
        ObjectNode paths = whole.putObject("paths");
        ObjectNode schemas = (ObjectNode) whole.at("/components/schemas");
        for (String part : PARTS) {
            ObjectNode read = read(mapper, part);
            read.get("paths").properties().forEach(path -> add(paths, path.getKey(), (ObjectNode) path.getValue()));
            paths.forEach(item -> item.forEach(ApiDocument::signedIn));
            if (read.get("schemas") instanceof ObjectNode more) {
                schemas.setAll(more);
            }
        }
        for (Map.Entry<String, JsonNode> path : List.copyOf(paths.properties())) {
            if (path.getKey().startsWith("/deployments")) {
                paths.set("/deploy" + path.getKey(), alias(path.getKey(), path.getValue()));
            }
        }
        return mapper.writeValueAsBytes(whole);
    }

    /** Two parts may describe methods of the same path. */
    private static void add(ObjectNode paths, String path, ObjectNode methods) {
        if (paths.get(path) instanceof ObjectNode known) {
            known.setAll(methods);
        } else {
            paths.set(path, methods);
        }
    }

    /** What holds wherever somebody has to be signed in: a cookie does as well, and wrong tokens are limited. */
    private static void signedIn(JsonNode operation) {
        if (operation.path("security").path(0) instanceof ObjectNode bearer && bearer.has("bearer")) {
            ArrayNode security = (ArrayNode) operation.get("security");
            ObjectNode responses = (ObjectNode) operation.get("responses");
            if (!responses.has("429")) {
                security.addObject().putArray("cookie");
                responses.putObject("429").put("$ref", "#/components/responses/TooManyFailures");
            }
        }
    }

    /** What is at the address that QUARK's forerunner had. */
    private static JsonNode alias(String path, JsonNode item) {
        JsonNode copy = item.deepCopy();
        copy.forEach(operation -> {
            if (operation instanceof ObjectNode node && node.has("operationId")) {
                node.put("operationId", node.get("operationId").asText() + "Alias");
                node.put("summary", node.get("summary").asText() + " (alias)");
                node.put("description", "The same as at `" + path + "`.");
            }
        });
        return copy;
    }

    private static ObjectNode read(ObjectMapper mapper, String part) throws IOException {
        return (ObjectNode) mapper.readTree(resource("/dev/quark/http/openapi/" + part + ".json"));
    }

    private static void file(Context ctx, String name, String type) {
        ctx.header("Content-Security-Policy", POLICY);
        ctx.header("Cache-Control", "no-cache");
        try {
            Answer.send(ctx, 200, type, resource(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ApiDocument.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException(name + " is not on the class path");
            }
            return in.readAllBytes();
        }
    }
}
