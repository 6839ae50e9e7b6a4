package dev.quark.runner.router.proxy;

import dev.quark.core.config.HostPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the route of a request; never changes. */
final class RoutingTable {

    static final RoutingTable EMPTY = new RoutingTable(List.of());

    private final Map<String, List<Binding>> exact = new HashMap<>();

    /** By the part after the {@code *}, the longest first. */
    private final List<Map.Entry<String, List<Binding>>> wildcards;

    private final List<Binding> any = new ArrayList<>();

    RoutingTable(Collection<Binding> bindings) {
        Map<String, List<Binding>> below = new HashMap<>();
        for (Binding binding : bindings) {
            for (HostPattern host : binding.route().hosts()) {
                if (host.isAny()) {
                    any.add(binding);
                } else if (host.isWildcard()) {
                    below.computeIfAbsent(host.value().substring(1), suffix -> new ArrayList<>())
                            .add(binding);
                } else {
                    exact.computeIfAbsent(host.value(), name -> new ArrayList<>())
                            .add(binding);
                }
            }
        }
        exact.values().forEach(RoutingTable::longestFirst);
        below.values().forEach(RoutingTable::longestFirst);
        longestFirst(any);
        wildcards = new ArrayList<>(below.entrySet());
        wildcards.sort(Comparator.comparingInt(entry -> -entry.getKey().length()));
    }

    private static void longestFirst(List<Binding> bindings) {
        bindings.sort(Comparator.comparingInt(
                binding -> -binding.route().prefix().value().length()));
    }

    /**
     * The binding that a request goes to; null where there is none.
     *
     * @param host in lower case, without a port
     * @param path without the query
     */
    @Nullable
    Binding find(String host, String path) {
        Binding found = first(exact.get(host), path);
        for (int i = 0; found == null && i < wildcards.size(); i++) {
            if (host.endsWith(wildcards.get(i).getKey())) {
                found = first(wildcards.get(i).getValue(), path);
            }
        }
        return found == null ? first(any, path) : found;
    }

    private static @Nullable Binding first(@Nullable List<Binding> bindings, String path) {
        if (bindings != null) {
            for (Binding binding : bindings) {
                if (binding.route().prefix().matches(path)) {
                    return binding;
                }
            }
        }
        return null;
    }
}
