package dev.quark.core.codehost;

import dev.quark.core.secret.Secret;
import java.util.Optional;

/**
 * The host's web flow, by which somebody lets QUARK act for them. Whatever goes wrong is a {@link CodeHostException}. Safe
 * for use by many threads.
 *
 * @see <a href="https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps">GitHub's web
 *     flow</a>
 */
public interface HostSignIn {

    /**
     * The page of the host to send a browser to; from there it comes back with a code.
     *
     * @param state comes back beside the code
     * @param challenge the SHA-256 of the verifier in base64url, without padding (PKCE)
     */
    String authorizeUrl(String state, String challenge);

    /**
     * The token that a code stands for; empty for a code that is wrong, expired or used before.
     *
     * @param verifier what the challenge was made from
     */
    Optional<HostToken> exchange(String code, Secret verifier);

    /** The next token; empty where the refresh token is wrong, expired or used before. */
    Optional<HostToken> refresh(Secret refreshToken);

    /** Makes the host forget a token; one that it doesn't know is no failure. */
    void revoke(Secret token);
}
