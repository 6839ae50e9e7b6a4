package dev.quark.core.identity;

import dev.quark.core.secret.Secret;

/**
 * Turns passwords into hashes that are slow to guess from. Slow by design: implementations limit how many hashes are
 * computed at the same time, so that sign-in attempts can't exhaust memory. Safe for use by many threads.
 */
public interface PasswordHasher {

    /** A hash with its own salt and parameters in it. */
    String hash(Secret password);

    /** Whether the hash was made of this password; false for a hash that can't be read. */
    boolean matches(Secret password, String hash);
}
