package dev.quark.core.deployment;

import java.util.Locale;

/** What a deployment is busy with, in the order in which it comes to them; not every one comes to each. */
public enum Phase {
    /** Its turn can't come before its commit's checks have passed. */
    AWAITING_CHECKS,
    /** It waits for its turn. */
    QUEUED,
    /** Its release folder is being made, or an earlier one looked up. */
    CHECKING_OUT,
    /** The deploy command runs. */
    RUNNING,
    /** The service's new instances are started, and asked for their health until they answer. */
    STARTING,
    /** Requests are being given to the new instances. */
    SWITCHING,
    /** The new instances serve, and it is looked at how. */
    WATCHING,
    /** The old instances finish the requests that they had; it begins with the switch, whatever else goes on meanwhile. */
    DRAINING;

    /** The phase's name as the API spells it: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
