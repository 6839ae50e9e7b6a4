package dev.quark.core.identity;

import dev.quark.core.problem.UnavailableException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Notes when API tokens are used, off the threads that use them: once a minute for each token, those of the same moment
 * together. What isn't written when the process dies is lost. Safe for use by many threads.
 */
public final class LastUses {

    private static final System.Logger LOG = System.getLogger(LastUses.class.getName());
    private static final Duration STEP = Duration.ofMinutes(1);

    private final ApiTokenStore tokens;
    private final Executor executor;
    private final Map<UUID, Instant> unwritten = new ConcurrentHashMap<>();
    private final AtomicBoolean isScheduled = new AtomicBoolean();

    /** @param executor writes, some time later */
    public LastUses(ApiTokenStore tokens, Executor executor) {
        this.tokens = tokens;
        this.executor = executor;
    }

    /** Notes that a token is used, unless that was written within the last minute. */
    void note(ApiToken token, Instant now) {
        Instant known = token.lastUsedAt();
        if (known != null && now.isBefore(known.plus(STEP))) {
            return;
        }
        unwritten.put(token.id(), now);
        if (isScheduled.compareAndSet(false, true)) {
            try {
                executor.execute(this::write);
            } catch (RejectedExecutionException e) {
                isScheduled.set(false);
                LOG.log(Level.DEBUG, "QUARK stops: the use of a token is not noted", e);
            }
        }
    }

    private void write() {
        isScheduled.set(false);
        Map<UUID, Instant> batch = new HashMap<>(unwritten);
        try {
            if (!batch.isEmpty()) {
                tokens.used(batch);
            }
        } catch (UnavailableException e) {
            LOG.log(Level.WARNING, "The last use of API tokens could not be noted", e);
        } finally {
            batch.forEach(unwritten::remove);
        }
    }
}
