package dev.quark.core.identity;

import dev.quark.core.event.QuarkEvent;
import java.util.UUID;

/**
 * Somebody signed out and is signed in nowhere else. A session that expires is no such end.
 *
 * @param user who
 */
public record LastSessionEnded(UUID user) implements QuarkEvent {}
