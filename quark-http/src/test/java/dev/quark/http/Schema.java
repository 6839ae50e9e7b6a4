package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** As much of JSON Schema as the API document uses. */
final class Schema {

    private Schema() {}

    static void check(JsonNode document, JsonNode schema, JsonNode value, String at) {
        if (schema.has("$ref")) {
            check(document, document.at(schema.get("$ref").asText().substring(1)), value, at);
            return;
        }
        if (schema.has("allOf")) {
            schema.get("allOf").forEach(part -> check(document, part, value, at));
        }
        if (schema.has("const")) {
            require(schema.get("const").equals(value), schema, value, at);
        }
        if (schema.has("enum")) {
            boolean found = false;
            for (JsonNode one : schema.get("enum")) {
                found |= one.equals(value);
            }
            require(found, schema, value, at);
        }
        if (schema.has("type")) {
            boolean fits = false;
            for (JsonNode type : schema.get("type").isArray() ? schema.get("type") : List.of(schema.get("type"))) {
                fits |= fits(type.asText(), value);
            }
            require(fits, schema, value, at);
        }
        if (value.isObject()) {
            object(document, schema, value, at);
        }
        if (value.isArray() && schema.has("items")) {
            value.forEach(element -> check(document, schema.get("items"), element, at + "[]"));
        }
    }

    private static void object(JsonNode document, JsonNode schema, JsonNode value, String at) {
        if (schema.has("required")) {
            schema.get("required").forEach(name -> require(value.has(name.asText()), schema, value, at + "." + name));
        }
        JsonNode properties = schema.get("properties");
        if (properties == null) {
            return;
        }
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            if (value.has(property.getKey())) {
                check(document, property.getValue(), value.get(property.getKey()), at + "." + property.getKey());
            }
        }
    }

    private static boolean fits(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static void require(boolean condition, JsonNode schema, JsonNode value, String at) {
        assertTrue(condition, () -> at + " is not what the document says: " + value + " against " + schema);
    }
}
