package dev.quark.core.codehost;

import java.util.Set;

/**
 * A hook of a repository: what the host calls when something happens.
 *
 * @param id the host's number of the hook
 * @param url what is called
 * @param contentType how the payload is sent: {@code json} or {@code form}
 * @param events what it is called for
 * @param active whether it is called at all
 * @param insecure whether the certificate behind the URL is not looked at
 */
public record HostHook(long id, String url, String contentType, Set<String> events, boolean active, boolean insecure) {

    /** Copies the events. */
    public HostHook {
        events = Set.copyOf(events);
    }
}
