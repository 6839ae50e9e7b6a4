package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.identity.User;
import java.io.IOException;

/** A user as the API shows one. */
final class UserJson {

    private UserJson() {}

    static void write(JsonGenerator json, User user) throws IOException {
        json.writeStartObject();
        members(json, user);
        json.writeEndObject();
    }

    static void members(JsonGenerator json, User user) throws IOException {
        Json.text(json, "id", user.id());
        Json.text(json, "username", user.username());
        Json.text(json, "email", user.email());
        Json.text(json, "role", user.role().label());
        Json.number(json, "github_id", user.githubId());
        Json.text(json, "github_login", user.githubLogin());
        json.writeBooleanField("has_password", user.passwordHash() != null);
        Json.time(json, "created_at", user.createdAt());
    }
}
