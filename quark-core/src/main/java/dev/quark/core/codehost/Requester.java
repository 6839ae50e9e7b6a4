package dev.quark.core.codehost;

import dev.quark.core.secret.Secret;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who wants something of the host.
 *
 * @param user the user's id
 * @param token the host's token that they showed with the request; null where they proved their identity otherwise
 */
public record Requester(UUID user, @Nullable Secret token) {}
