package dev.quark.github;

import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.RateLimited;
import dev.quark.core.secret.Secret;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who was told to wait, and until when: asking before that makes GitHub refuse for longer. Safe for use by many threads. */
final class Limits {

    private final Map<String, RateLimited> limits = new ConcurrentHashMap<>();
    private final Clock clock;

    Limits(Clock clock) {
        this.clock = clock;
    }

    void note(@Nullable Secret token, RateLimited limit) {
        limits.values().removeIf(this::over);
        limits.put(KnownAnswers.digest(token), limit);
    }

    /** @throws CodeHostException where the token's holder was told to wait until later than now */
    void check(@Nullable Secret token) {
        RateLimited limit = limits.isEmpty() ? null : limits.get(KnownAnswers.digest(token));
        if (limit != null && !over(limit)) {
            throw new CodeHostException(limit);
        }
    }

    private boolean over(RateLimited limit) {
        return !clock.instant().isBefore(limit.until());
    }
}
