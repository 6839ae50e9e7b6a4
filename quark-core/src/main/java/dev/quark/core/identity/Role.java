package dev.quark.core.identity;

import java.util.Locale;

/** What somebody may do; each role may do all that the ones before it may. */
public enum Role {
    /** Reads. */
    VIEWER,
    /** Also triggers, cancels, rolls back, and edits configs. */
    DEPLOYER,
    /** Also reveals secrets and manages users and retention. */
    ADMIN;

    /** Whether this role may do what asks for another. */
    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }

    /** The role's name as the API spells it: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
