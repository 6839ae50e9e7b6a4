package dev.quark.core.identity;

import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes what an actor did to the audit log. Safe for use by many threads. */
public final class Audit {

    private final AuditLog log;
    private final Clock clock;

    /** An audit that writes to {@code log}. */
    public Audit(AuditLog log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /**
     * Makes a change and notes it, as {@link AuditLog#with} does; for what is stored here.
     *
     * @param action for example {@code config.update}
     * @param target for example {@code config/ID}
     * @param detail more about it, without secrets; may be empty
     * @return what the change gives
     */
    public <T extends @Nullable Object> T with(
            Actor actor, String action, String target, String detail, Supplier<T> change) {
        return log.with(entry(actor, action, target, detail), change);
    }

    /** The same, for a change that gives nothing. */
    public void with(Actor actor, String action, String target, String detail, Runnable change) {
        with(actor, action, target, detail, () -> {
            change.run();
            return true;
        });
    }

    /**
     * Notes an action that changes nothing here, or did so elsewhere.
     *
     * @param action for example {@code config.update}
     * @param target for example {@code config/ID}
     * @param detail more about it, without secrets; may be empty
     */
    public void record(Actor actor, String action, String target, String detail) {
        log.record(entry(actor, action, target, detail));
    }

    private AuditEntry entry(Actor actor, String action, String target, String detail) {
        return new AuditEntry(clock.instant(), actor.name(), actor.address(), action, target, detail);
    }
}
