package dev.quark.core.secret;

/**
 * Encrypts secrets at rest, with authentication. What is sealed for one context opens in that context only, so that a
 * stored value can't be moved to another config or name. Implementations are safe for use by many threads.
 */
public interface SecretBox {

    /**
     * Encrypts a secret; sealing the same value twice gives different bytes.
     *
     * @param context where the value belongs, for example {@code config/ID/NAME}; not secret
     */
    byte[] seal(Secret secret, String context);

    /**
     * The secret that was sealed for this context.
     *
     * @throws IllegalStateException where the bytes were changed, sealed for another context or with another key
     */
    Secret open(byte[] sealed, String context);
}
