package dev.quark.http;

import dev.quark.core.problem.FieldError;
import java.util.List;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * An answer that says what went wrong (RFC 9457).
 *
 * @param status the HTTP status
 * @param detail a sentence that a person can act on
 * @param instance the request's path
 * @param errors the faults of the request's fields; empty where it is no such fault
 * @param id under which the log has more; null where it hasn't
 */
record Problem(
        int status,
        String detail,
        String instance,
        List<FieldError> errors,
        @Nullable String id) {

    static final String TYPE = "application/problem+json";

    Problem(int status, String detail, String instance) {
        this(status, detail, instance, List.of(), null);
    }

    byte[] toJson() {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("type", "about:blank");
            json.writeStringField("title", HttpStatus.getMessage(status));
            json.writeNumberField("status", status);
            json.writeStringField("detail", detail);
            json.writeStringField("instance", instance);
            if (!errors.isEmpty()) {
                json.writeArrayFieldStart("errors");
                for (FieldError error : errors) {
                    json.writeStartObject();
                    json.writeStringField("field", error.field());
                    json.writeStringField("message", error.message());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            if (id != null) {
                json.writeStringField("id", id);
            }
            json.writeEndObject();
        });
    }
}
