package dev.quark.core.log;

import java.util.Locale;

/** Where a line of a deployment's log comes from. */
public enum LogStream {
    /** The command's standard output. */
    STDOUT,
    /** The command's standard error. */
    STDERR,
    /** QUARK itself: what it does before and after the command. */
    SYSTEM;

    /** The stream's name as the API spells it: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
