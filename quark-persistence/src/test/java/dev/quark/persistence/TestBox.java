package dev.quark.persistence;

import dev.quark.core.secret.Secret;
import dev.quark.core.secret.SecretBox;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Seals with a key stream and an HMAC: enough to see what is stored in clear, and what was sealed for where. */
final class TestBox implements SecretBox {

    private static final byte[] KEY = "the key of the tests".getBytes(StandardCharsets.UTF_8);

    @Override
    public byte[] seal(Secret secret, String context) {
        byte[] value = secret.reveal().getBytes(StandardCharsets.UTF_8);
        byte[] mixed = mixed(value);
        byte[] sealed = Arrays.copyOf(tag(mixed, context), 32 + mixed.length);
        System.arraycopy(mixed, 0, sealed, 32, mixed.length);
        return sealed;
    }

    @Override
    public Secret open(byte[] sealed, String context) {
        byte[] mixed = Arrays.copyOfRange(sealed, 32, sealed.length);
        if (!MessageDigest.isEqual(tag(mixed, context), Arrays.copyOf(sealed, 32))) {
            throw new IllegalStateException("Not sealed for " + context);
        }
        return Secret.of(new String(mixed(mixed), StandardCharsets.UTF_8));
    }

    private static byte[] mixed(byte[] value) {
        byte[] mixed = value.clone();
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] ^= (byte) (i * 31 + 0x55);
        }
        return mixed;
    }

    private static byte[] tag(byte[] mixed, String context) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
            mac.update(context.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(mixed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
