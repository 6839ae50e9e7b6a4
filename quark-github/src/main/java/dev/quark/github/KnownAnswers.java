package dev.quark.github;

import dev.quark.core.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What GitHub answered before, with its ETag, to be asked for again under the condition that it has changed. Each token has
 * answers of its own: what one may see says nothing about another. The oldest go first when it becomes too much. Safe for
 * use by many threads.
 */
final class KnownAnswers {

    /** Answers are kept packed, as they came; a page of 100 repositories has some 30 KB. */
    private static final int MOST_BYTES = 4 << 20;

    private final Map<Key, Wire.Answer> answers = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * Whose answer, and to what.
     *
     * @param token a hash of the token
     */
    record Key(String token, String url) {}

    static Key key(@Nullable Secret token, String url) {
        return new Key(digest(token), url);
    }

    /** A token's hash; tokens themselves are in no map. */
    static String digest(@Nullable Secret token) {
        if (token == null) {
            return "";
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(token.reveal().getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    synchronized Wire.@Nullable Answer get(Key key) {
        return answers.get(key);
    }

    synchronized void put(Key key, Wire.Answer answer) {
        if (answer.header("ETag").isEmpty() || answer.body().length > MOST_BYTES / 4) {
            remove(key);
            return;
        }
        remove(key);
        answers.put(key, answer);
        bytes += size(answer);
        Iterator<Map.Entry<Key, Wire.Answer>> oldest = answers.entrySet().iterator();
        while (bytes > MOST_BYTES) {
            bytes -= size(oldest.next().getValue());
            oldest.remove();
        }
    }

    private void remove(Key key) {
        Wire.Answer before = answers.remove(key);
        bytes -= before == null ? 0 : size(before);
    }

    /** With what an entry costs beside its body. */
    private static int size(Wire.Answer answer) {
        return answer.body().length + 2048;
    }
}
