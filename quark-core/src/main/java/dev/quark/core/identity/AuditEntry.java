package dev.quark.core.identity;

import java.time.Instant;

/**
 * One thing that somebody did.
 *
 * @param at when
 * @param actor who, by name
 * @param address from where; empty inside QUARK
 * @param action what, for example {@code config.update} or {@code variable.reveal}
 * @param target what it was done to, for example {@code config/ID}
 * @param detail more about it, without secrets; may be empty
 */
public record AuditEntry(Instant at, String actor, String address, String action, String target, String detail) {}
