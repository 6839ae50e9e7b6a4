package dev.quark.core.identity;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for something, as the audit log names them.
 *
 * @param user the user's id; null for what acts for nobody in particular
 * @param name the user's name, or what acts for nobody in particular, such as {@code github}
 * @param role what they may do
 * @param address the client's network address; empty inside QUARK
 */
public record Actor(@Nullable UUID user, String name, Role role, String address) {

    /** QUARK itself. */
    public static final Actor QUARK = new Actor(null, "quark", Role.ADMIN, "");

    /** A user. */
    public static Actor of(User user, String address) {
        return new Actor(user.id(), user.username(), user.role(), address);
    }
}
