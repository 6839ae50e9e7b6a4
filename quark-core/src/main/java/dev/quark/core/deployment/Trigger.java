package dev.quark.core.deployment;

import java.util.Locale;

/** What caused a deployment. */
public enum Trigger {
    /** A push that GitHub delivered. */
    PUSH,
    /** A push that nobody delivered: QUARK saw that the branch had moved. */
    CATCH_UP,
    /** Somebody asked for it. */
    MANUAL,
    /** Somebody asked for the commit of an earlier deployment again. */
    REDEPLOY,
    /** Somebody asked for the release of an earlier deployment. */
    ROLLBACK,
    /** Somebody asked for the service to be started again. */
    RESTART;

    /** The trigger's name as the API spells it: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
