package dev.quark.http;

import dev.quark.core.problem.NotFoundException;
import io.javalin.http.Context;
import java.util.UUID;

/** Ids in paths. */
final class Ids {

    private Ids() {}

    /** The id that the path names. */
    static UUID of(Context ctx) {
        String text = ctx.pathParam("id");
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // Nothing can have such an id.
        }
        throw new NotFoundException("There is nothing with this id.");
    }
}
