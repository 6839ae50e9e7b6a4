package dev.quark.core.environment;

import dev.quark.core.secret.Secret;
import java.util.Map;
import java.util.SortedMap;

/** Stand-in until the real one is merged. */
public final class EnvFile {
    private EnvFile() {}

    public static String render(SortedMap<VariableName, Secret> variables) {
        return "";
    }

    public static Map<VariableName, Secret> parse(String text) {
        return Map.of();
    }
}
