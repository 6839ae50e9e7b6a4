package dev.quark.core.service;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.HostPattern;
import dev.quark.core.config.PathPrefix;
import java.time.Duration;
import java.util.List;

/**
 * Where the requests of one config go.
 *
 * @param config whose app it is; a router has one route for each
 * @param hosts which hosts it answers for, at least one
 * @param prefix which paths of them
 * @param stripPrefix whether the app sees paths without the prefix
 * @param release names the set of instances that is to answer, such as a deployment's id; another name means a switch
 * @param ports where on this machine's loopback the instances listen; none while nothing can answer
 * @param drain how long requests on instances that were switched away from may take to finish
 */
public record Route(
        ConfigId config,
        List<HostPattern> hosts,
        PathPrefix prefix,
        boolean stripPrefix,
        String release,
        List<Integer> ports,
        Duration drain) {

    /** @throws IllegalArgumentException for a route that can't be */
    public Route {
        hosts = List.copyOf(hosts);
        ports = List.copyOf(ports);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("a route without a host");
        }
        if (release.isEmpty() || release.length() > 200) {
            throw new IllegalArgumentException("a release is named by 1 to 200 characters");
        }
        if (drain.isNegative() || ports.stream().anyMatch(port -> port < 1 || port > 65_535)) {
            throw new IllegalArgumentException("a route to " + ports + " that drains for " + drain);
        }
    }

    /** The same requests, with nobody to answer them. */
    public Route toNobody(String name) {
        return new Route(config, hosts, prefix, stripPrefix, name, List.of(), drain);
    }

    /** Whether no router could tell this route's requests from the other's. */
    public boolean collidesWith(Route other) {
        return !config.equals(other.config)
                && prefix.equals(other.prefix)
                && hosts.stream().anyMatch(other.hosts::contains);
    }
}
