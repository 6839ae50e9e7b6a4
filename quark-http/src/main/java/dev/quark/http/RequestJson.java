package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.requestlog.RequestEntry;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How the API spells a logged request: how much of it depends on who reads. */
enum RequestJson {
    /** What anybody may see. */
    REDACTED,
    /** Also who made it. */
    KNOWN,
    /** Also what was said. */
    WHOLE;

    /** The members that this reader may see; the others aren't there, or null where {@code all} are to be there. */
    void members(JsonGenerator json, RequestEntry entry, boolean all) throws IOException {
        Json.text(json, "id", entry.id());
        Json.time(json, "timestamp", entry.at());
        json.writeStringField("endpoint", entry.endpoint());
        json.writeStringField("method", entry.method());
        json.writeNumberField("status_code", entry.status());
        json.writeNumberField("response_time_ms", entry.time().toNanos() / 1e6);
        if (this != REDACTED) {
            json.writeStringField("path", entry.path());
            json.writeStringField("client_ip", entry.client().address());
            Json.text(json, "user_agent", entry.client().userAgent());
            Json.text(json, "user", entry.client().user());
            json.writeNumberField("request_size", entry.content().requestBytes());
            json.writeNumberField("response_size", entry.content().responseBytes());
        }
        if (this == WHOLE || all) {
            raw(json, "request_data", entry.content().request());
            raw(json, "response_data", entry.content().response());
            raw(json, "headers", entry.content().headers());
        }
    }

    private void raw(JsonGenerator json, String name, @Nullable String document) throws IOException {
        json.writeFieldName(name);
        if (this == WHOLE && document != null) {
            json.writeRawValue(document);
        } else {
            json.writeNull();
        }
    }
}
