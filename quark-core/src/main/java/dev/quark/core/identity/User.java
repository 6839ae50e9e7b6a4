package dev.quark.core.identity;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who can sign in.
 *
 * @param id the user's id
 * @param username unique, compared without case
 * @param email the user's address, unique where it is given, compared without case
 * @param role what the user may do
 * @param passwordHash what {@link PasswordHasher} made of the password; null for one who has none
 * @param createdAt when the user was added
 */
public record User(
        UUID id,
        String username,
        @Nullable String email,
        Role role,
        @Nullable String passwordHash,
        Instant createdAt) {

    @Override
    public String toString() {
        return "User[" + id + " " + username + " " + role + "]";
    }
}
