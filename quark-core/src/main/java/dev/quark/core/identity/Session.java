package dev.quark.core.identity;

import java.time.Instant;
import java.util.UUID;

/**
 * What a sign-in begins: its access token is good for as long as it lasts.
 *
 * @param id the session's id, which its access token names
 * @param user who signed in
 * @param createdAt when
 * @param expiresAt from when on its token is no longer valid
 */
public record Session(UUID id, UUID user, Instant createdAt, Instant expiresAt) {}
