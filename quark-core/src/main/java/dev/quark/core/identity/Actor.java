package dev.quark.core.identity;

/**
 * Who asks for something, as the audit log names them.
 *
 * @param name the user's name, or what acts for nobody in particular, such as {@code github}
 * @param role what they may do
 * @param address the client's network address; empty inside QUARK
 */
public record Actor(String name, Role role, String address) {

    /** QUARK itself. */
    public static final Actor QUARK = new Actor("quark", Role.ADMIN, "");
}
