package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {

    private static final Pattern LINK = Pattern.compile("(?:src|href)=\"([^\"]*)\"");

    private final World world = new World();
    private final Api anybody = Api.of(world, null);

    @AfterEach
    void stop() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docs", "/redoc", "/pages/deployments/01980b5e-7a51-7cc2-9c6b-ffffffffffff"})
    void everythingAPageNeedsComesFromHere(String path) {
        Api.Reply page = anybody.get(path).is(200);
        assertTrue(page.header("Content-Security-Policy").contains("script-src 'self';"));
        Matcher links = LINK.matcher(page.body());
        int found = 0;
        while (links.find()) {
            if (!links.group(1).equals("data:,")) {
                anybody.get(URI.create(path).resolve(links.group(1)).toString()).is(200);
                found++;
            }
        }
        assertTrue(found >= (path.startsWith("/pages") ? 1 : 2));
        assertFalse(anybody.get("/redoc/redoc.standalone.js").body().contains("cdn.redoc.ly"));
    }

    @Test
    void theDocumentIsCompleteInItself() {
        JsonNode document = anybody.get("/openapi.json").is(200).json();
        assertEquals("3.1.0", document.get("openapi").asText());
        List<String> references = new ArrayList<>();
        document.findValuesAsText("$ref").forEach(references::add);
        assertFalse(references.isEmpty());
        for (String reference : references) {
            assertFalse(document.at(reference.substring(1)).isMissingNode(), reference);
        }
        document.get("components")
                .get("schemas")
                .fieldNames()
                .forEachRemaining(name -> assertTrue(
                        name.startsWith("New")
                                || name.equals("Login")
                                || references.contains("#/components/schemas/" + name),
                        () -> name + " is used nowhere"));
    }

    @Test
    void theDocumentsExamplesAreWhatItsSchemasSay() {
        JsonNode document = anybody.get("/openapi.json").is(200).json();
        List<JsonNode> contents = new ArrayList<>();
        document.findValues("content").forEach(content -> content.forEach(contents::add));
        int checked = 0;
        for (JsonNode content : contents) {
            if (content.has("example")) {
                Schema.check(document, content.get("schema"), content.get("example"), "");
                checked++;
            }
        }
        assertTrue(checked > 30);
    }
}
