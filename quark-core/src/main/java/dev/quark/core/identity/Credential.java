package dev.quark.core.identity;

import java.util.UUID;

/** What a caller proved their identity with. */
public sealed interface Credential {

    /**
     * The access token of a session.
     *
     * @param id the session's id
     */
    record OfSession(UUID id) implements Credential {}

    /**
     * An API token.
     *
     * @param id the token's id
     */
    record OfApiToken(UUID id) implements Credential {}

    /** A token that GitHub gave out. */
    record OfGitHub() implements Credential {}
}
