package dev.quark.runner.caddy;

import java.net.URI;
import java.util.List;

/**
 * Which Caddy, and what it is told.
 *
 * @param admin where its admin API is, such as {@code http://127.0.0.1:2019}
 * @param listen where it listens for the apps' users, as Caddy writes it: {@code :443}
 * @param routerPort where on loopback the router listens that Caddy passes requests to
 * @param trustedProxies addresses and CIDRs whose {@code X-Forwarded-*} Caddy is to believe
 */
public record CaddySettings(URI admin, String listen, int routerPort, List<String> trustedProxies) {

    /** Copies the list. */
    public CaddySettings {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
