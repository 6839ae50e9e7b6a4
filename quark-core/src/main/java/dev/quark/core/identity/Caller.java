package dev.quark.core.identity;

/**
 * Who makes a request.
 *
 * @param user who; the role is what this credential lets the user do, which may be less than the user's own
 * @param by how they proved it
 */
public record Caller(User user, Credential by) {}
