package dev.quark.core.identity;

import dev.quark.core.problem.InvalidException;
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

    /**
     * The role with a name as the API spells it.
     *
     * @throws InvalidException where there is none
     */
    public static Role parse(String label) {
        for (Role role : values()) {
            if (role.label().equals(label)) {
                return role;
            }
        }
        throw new InvalidException("role", "must be viewer, deployer or admin");
    }

    /** The role's name as the API spells it: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
