package dev.quark.core.identity;

import dev.quark.core.event.QuarkEvent;
import java.util.UUID;

/**
 * A user was removed, with all sessions and tokens.
 *
 * @param user who
 */
public record UserRemoved(UUID user) implements QuarkEvent {}
