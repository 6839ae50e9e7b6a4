package dev.quark.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quark.core.problem.Faults;
import dev.quark.core.problem.InvalidException;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object that a client sent, read one by one. What is wrong with them is collected, and what nobody
 * asked for is a fault as well; {@link #done} reports all faults at once.
 */
final class Fields {

    private static final int LIMIT = 2 * 1024 * 1024;

    private final ObjectNode object;
    private final String prefix;
    private final Faults faults;
    private final Set<String> known = new HashSet<>();

    private Fields(ObjectNode object) {
        this(object, "", new Faults());
    }

    private Fields(ObjectNode object, String prefix, Faults faults) {
        this.object = object;
        this.prefix = prefix;
        this.faults = faults;
    }

    /** The request's body, which has to be a JSON object. */
    static Fields of(Context ctx, BodyBudget budget) {
        return of(ctx, budget, LIMIT);
    }

    static Fields of(Context ctx, BodyBudget budget, int limit) {
        String type = mediaType(ctx);
        if (!type.isEmpty() && !type.equals("application/json") && !type.endsWith("+json")) {
            throw new HttpProblem(415, "Send the body as application/json.", Map.of("Accept", "application/json"));
        }
        try (Body body = Body.read(ctx, budget, limit)) {
            RequestTrace.request(ctx, body.bytes());
            return parse(body.bytes());
        }
    }

    static Fields parse(byte[] bytes) {
        try {
            JsonNode node = Mapper.STRICT.readTree(bytes);
            if (node instanceof ObjectNode object) {
                return new Fields(object);
            }
        } catch (JsonProcessingException e) {
            throw new HttpProblem(400, "The body is not valid JSON" + place(e.getLocation()) + ".");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new HttpProblem(400, "The body must be a JSON object.");
    }

    /** The request's media type without parameters, in lower case; empty where it names none. */
    static String mediaType(Context ctx) {
        String type = ctx.req().getContentType();
        if (type == null) {
            return "";
        }
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    }

    /** Whether the member is there, be it null. */
    boolean has(String name) {
        known.add(name);
        return object.has(name);
    }

    /** Whether the member is there and null. */
    boolean isNull(String name) {
        known.add(name);
        return object.get(name) != null && object.get(name).isNull();
    }

    /** Takes a member that means nothing here, whatever it is. */
    void ignore(String name) {
        known.add(name);
    }

    /** A text; null where it isn't there, and where it is something else, which is a fault. */
    @Nullable
    String text(String name) {
        JsonNode node = member(name);
        if (node == null) {
            return null;
        }
        return given(name, node.isTextual(), node::textValue, "must be a string");
    }

    /** What {@code make} makes of a text; null as {@link #text}, and where {@code make} refuses it, which is a fault. */
    <T> @Nullable T text(String name, Function<String, T> make) {
        String text = text(name);
        return text == null ? null : faults.check(prefix + name, () -> make.apply(text));
    }

    /** As {@link #text(String, Function)}, and a fault where it isn't there. */
    <T> @Nullable T required(String name, Function<String, T> make) {
        if (!has(name)) {
            wrong(name, "is required");
            return null;
        }
        return text(name, make);
    }

    @Nullable
    Boolean flag(String name) {
        JsonNode node = member(name);
        if (node == null) {
            return null;
        }
        return given(name, node.isBoolean(), node::booleanValue, "must be true or false");
    }

    @Nullable
    Long number(String name) {
        JsonNode node = member(name);
        if (node == null) {
            return null;
        }
        boolean fits = node.isIntegralNumber() && node.canConvertToLong();
        return given(name, fits, node::longValue, "must be a whole number");
    }

    @Nullable
    List<String> texts(String name) {
        JsonNode node = member(name);
        if (node == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : node) {
            if (element.isTextual()) {
                texts.add(element.textValue());
            }
        }
        boolean fits = node.isArray() && texts.size() == node.size();
        return given(name, fits, () -> texts, "must be an array of strings");
    }

    /** An object within, whose faults are this one's; it is done with {@link #end}, before this one is. */
    @Nullable
    Fields object(String name) {
        JsonNode node = member(name);
        if (node == null) {
            return null;
        }
        return given(
                name,
                node.isObject(),
                () -> new Fields((ObjectNode) node, prefix + name + ".", faults),
                "must be an object");
    }

    @Nullable
    Map<String, String> textsByName(String name) {
        JsonNode node = member(name);
        if (node == null) {
            return null;
        }
        if (!node.isObject()) {
            wrong(name, "must be an object whose values are strings");
            return null;
        }
        Map<String, String> texts = new LinkedHashMap<>();
        node.properties().forEach(member -> {
            if (member.getValue().isTextual()) {
                texts.put(member.getKey(), member.getValue().textValue());
            } else {
                faults.add(prefix + name + "." + member.getKey(), "must be a string");
            }
        });
        return texts;
    }

    /** Notes a fault of a member. */
    void wrong(String name, String message) {
        faults.add(prefix + name, message);
    }

    private <T> @Nullable T given(String name, boolean fits, Supplier<T> value, String otherwise) {
        if (fits) {
            return value.get();
        }
        wrong(name, otherwise);
        return null;
    }

    Faults faults() {
        return faults;
    }

    /** @throws InvalidException with all faults, if there are any */
    void done() {
        end();
        faults.throwIfAny();
    }

    /** Notes the members that nobody asked for. */
    void end() {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        names.stream()
                .filter(name -> !known.contains(name))
                .limit(20)
                .forEach(name -> faults.add(prefix + shown(name), "is not known here"));
    }

    private @Nullable JsonNode member(String name) {
        known.add(name);
        JsonNode node = object.get(name);
        if (node != null && node.isNull()) {
            wrong(name, "must not be null");
            return null;
        }
        return node;
    }

    private static String shown(String name) {
        return name.length() > 100 ? name.substring(0, 100) + "…" : name;
    }

    /** Jackson's own words would repeat the body, which may hold a secret. */
    private static String place(@Nullable JsonLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    /** Made at the first request that has a body. */
    private static final class Mapper {
        static final JsonMapper STRICT = JsonMapper.builder(Json.STRICT)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }
}
