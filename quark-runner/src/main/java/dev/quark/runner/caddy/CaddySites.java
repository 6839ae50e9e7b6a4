package dev.quark.runner.caddy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quark.core.config.HostPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * QUARK's part of Caddy's configuration: two routes that are known by their {@code @id}. They are in the server that listens
 * where the apps' users come, which may have sites of somebody else's; where there is none, in one of QUARK's own.
 */
final class CaddySites {

    private static final List<String> SERVERS = List.of("apps", "http", "servers");

    private final CaddyAdmin admin;
    private final CaddySettings settings;
    private final String name;

    CaddySites(CaddyAdmin admin, CaddySettings settings) {
        this.admin = admin;
        this.settings = settings;
        this.name = "quark-" + settings.routerPort();
    }

    /** The hosts' route comes before others' sites, so that a wildcard of theirs doesn't cover it. */
    private String hostsId() {
        return name;
    }

    /** The rest's comes after them, so that a wildcard of ours doesn't cover theirs. */
    private String restId() {
        return name + "-rest";
    }

    /** Has Caddy take requests for these hosts, and for no others; changes nothing where it does so. */
    void serve(Collection<HostPattern> hosts) {
        JsonNode config = withoutStrays(admin.config());
        String server = server(config);
        if (server == null) {
            if (!hosts.isEmpty()) {
                admin.put(config, CaddyAdmin.append(SERVERS, name), ownServer(hosts));
            }
            return;
        }
        boolean own = server.equals(name);
        List<String> routes = CaddyAdmin.append(SERVERS, server, "routes");
        JsonNode known = at(config, routes);
        if (!known.isArray()) {
            admin.put(config, routes, JsonNodeFactory.instance.arrayNode());
        }
        // The one at the end first: it moves no other.
        ObjectNode rest = rest(hosts, own);
        settle(routes, known, restId(), rest, () -> admin.add(routes, rest));
        ObjectNode exact = exact(hosts, own);
        settle(routes, known, hostsId(), exact, () -> admin.insert(routes, 0, exact));
    }

    private void settle(List<String> routes, JsonNode known, String id, ObjectNode wanted, Runnable add) {
        int index = index(known, id);
        boolean needed = !wanted.isEmpty();
        if (index < 0 && needed) {
            add.run();
        } else if (index >= 0 && !needed) {
            admin.delete(CaddyAdmin.append(routes, String.valueOf(index)));
        } else if (index >= 0 && !known.get(index).equals(wanted)) {
            admin.replace(CaddyAdmin.append(routes, String.valueOf(index)), wanted);
        }
    }

    private static int index(JsonNode routes, String id) {
        for (int i = 0; i < routes.size(); i++) {
            if (routes.get(i).path("@id").asText().equals(id)) {
                return i;
            }
        }
        return -1;
    }

    /** Removes what is left of another {@code CADDY_LISTEN}. */
    private JsonNode withoutStrays(JsonNode config) {
        boolean changed = false;
        for (Map.Entry<String, JsonNode> server : at(config, SERVERS).properties()) {
            if (listensThere(server.getValue())) {
                continue;
            }
            List<String> path = CaddyAdmin.append(SERVERS, server.getKey());
            if (server.getKey().equals(name)) {
                admin.delete(path);
                changed = true;
                continue;
            }
            for (String id : List.of(restId(), hostsId())) {
                int index = index(server.getValue().path("routes"), id);
                if (index >= 0) {
                    admin.delete(CaddyAdmin.append(path, "routes", String.valueOf(index)));
                    changed = true;
                }
            }
        }
        return changed ? admin.config() : config;
    }

    private @Nullable String server(JsonNode config) {
        return at(config, SERVERS).properties().stream()
                .filter(server -> listensThere(server.getValue()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private boolean listensThere(JsonNode server) {
        for (JsonNode address : server.path("listen")) {
            if (normal(address.asText()).equals(normal(settings.listen()))) {
                return true;
            }
        }
        return false;
    }

    /** The several ways to write the same address. */
    private static String normal(String address) {
        return address.replaceFirst("^tcp/", "").replaceFirst("^(0\\.0\\.0\\.0|\\[::]):", ":");
    }

    private static JsonNode at(JsonNode config, List<String> path) {
        JsonNode node = config;
        for (String member : path) {
            node = node.path(member);
        }
        return node;
    }

    private ObjectNode ownServer(Collection<HostPattern> hosts) {
        ObjectNode server = JsonNodeFactory.instance.objectNode();
        server.putArray("listen").add(settings.listen());
        ArrayNode routes = server.putArray("routes");
        ObjectNode exact = exact(hosts, true);
        if (!exact.isEmpty()) {
            routes.add(exact);
        }
        routes.add(rest(hosts, true));
        return server;
    }

    /** The route of the hosts by name; empty where there are none. In a server of our own wildcards cover nobody. */
    private ObjectNode exact(Collection<HostPattern> hosts, boolean own) {
        List<String> names = names(hosts, host -> !host.isAny() && (own || !host.isWildcard()));
        return names.isEmpty() ? JsonNodeFactory.instance.objectNode() : route(hostsId(), names);
    }

    /** The route of all others; empty where it isn't needed. In a server of our own the router tells strangers so. */
    private ObjectNode rest(Collection<HostPattern> hosts, boolean own) {
        if (own || hosts.stream().anyMatch(HostPattern::isAny)) {
            return route(restId(), List.of());
        }
        List<String> wildcards = names(hosts, HostPattern::isWildcard);
        return wildcards.isEmpty() ? JsonNodeFactory.instance.objectNode() : route(restId(), wildcards);
    }

    private static List<String> names(Collection<HostPattern> hosts, Predicate<HostPattern> which) {
        return new ArrayList<>(hosts.stream()
                .filter(which)
                .map(HostPattern::value)
                .sorted()
                .distinct()
                .toList());
    }

    /** @param hosts none for any */
    private ObjectNode route(String id, List<String> hosts) {
        ObjectNode route = JsonNodeFactory.instance.objectNode().put("@id", id);
        if (!hosts.isEmpty()) {
            ArrayNode names = route.putArray("match").addObject().putArray("host");
            hosts.forEach(names::add);
        }
        route.putArray("handle").add(proxy());
        return route.put("terminal", true);
    }

    private ObjectNode proxy() {
        ObjectNode proxy = JsonNodeFactory.instance.objectNode().put("handler", "reverse_proxy");
        proxy.putArray("upstreams").addObject().put("dial", "127.0.0.1:" + settings.routerPort());
        // Not -1: with that, Caddy 2.6 doesn't tell the app that its client is gone.
        proxy.put("flush_interval", "1ms");
        // A router that crashed listens again after a second or two.
        proxy.putObject("load_balancing").put("try_duration", "10s").put("try_interval", "50ms");
        ArrayNode trusted = JsonNodeFactory.instance.arrayNode();
        settings.trustedProxies().forEach(trusted::add);
        if (!trusted.isEmpty()) {
            proxy.set("trusted_proxies", trusted);
        }
        ObjectNode transport =
                proxy.putObject("transport").put("protocol", "http").put("compression", false);
        // Shorter than the router's own, so that it never closes a connection just as a request comes.
        transport.putObject("keep_alive").put("idle_timeout", "30s").put("max_idle_conns_per_host", 256);
        return proxy;
    }
}
