package dev.quark.core.webhook;

import dev.quark.core.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * GitHub's {@code X-Hub-Signature-256}: the HMAC-SHA256 of the raw body under the webhook's secret. Safe for use by many
 * threads.
 *
 * @see <a href="https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries">Validating webhook
 *     deliveries</a>
 */
public final class WebhookSignature {

    private static final String ALGORITHM = "HmacSHA256";
    private static final String PREFIX = "sha256=";

    private final SecretKeySpec key;

    /** The signature under a secret. */
    public WebhookSignature(Secret secret) {
        key = new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** Whether a header is the body's signature; compared in constant time. */
    public boolean matches(byte[] body, @Nullable String header) {
        if (header == null || !header.startsWith(PREFIX) || header.length() != PREFIX.length() + 64) {
            return false;
        }
        try {
            byte[] claimed = HexFormat.of().parseHex(header, PREFIX.length(), header.length());
            return MessageDigest.isEqual(hmac(body), claimed);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The header that a sender puts beside the body. */
    public String of(byte[] body) {
        return PREFIX + HexFormat.of().formatHex(hmac(body));
    }

    private byte[] hmac(byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }
}
