package dev.quark.core.identity;

import java.time.Clock;

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
     * Notes an action.
     *
     * @param action for example {@code config.update}
     * @param target for example {@code config/ID}
     * @param detail more about it, without secrets; may be empty
     */
    public void record(Actor actor, String action, String target, String detail) {
        log.record(new AuditEntry(clock.instant(), actor.name(), actor.address(), action, target, detail));
    }
}
