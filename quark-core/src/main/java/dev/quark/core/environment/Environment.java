package dev.quark.core.environment;

import dev.quark.core.problem.InvalidException;
import dev.quark.core.secret.Secret;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The variables of a deploy command, sorted by name. Immutable.
 *
 * @param variables name to value; a value may be any text without a NUL, at most 128 KiB (Linux hands a command no longer
 *     one)
 * @param plain the names whose values are no secrets and are not masked in logs
 */
public record Environment(SortedMap<VariableName, Secret> variables, Set<VariableName> plain) {

    /** Linux's MAX_ARG_STRLEN, less room for the name. */
    public static final int MAX_VALUE_BYTES = 128 * 1024 - 512;

    /** No variables. */
    public static final Environment EMPTY = new Environment(new TreeMap<>(), Set.of());

    /** @throws InvalidException for a value that no command could be given */
    public Environment {
        variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
        plain = Set.copyOf(plain);
        variables.forEach(Environment::checkValue);
    }

    /** This environment with one variable set. */
    public Environment with(VariableName name, Secret value) {
        TreeMap<VariableName, Secret> changed = new TreeMap<>(variables);
        changed.put(name, value);
        return new Environment(changed, plain);
    }

    /** This environment without one variable. */
    public Environment without(VariableName name) {
        TreeMap<VariableName, Secret> changed = new TreeMap<>(variables);
        changed.remove(name);
        return new Environment(changed, plain);
    }

    /** This environment with other variables; which names are plain stays. */
    public Environment withVariables(Map<VariableName, Secret> all) {
        return new Environment(new TreeMap<>(all), plain);
    }

    private static void checkValue(VariableName name, Secret secret) {
        String value = secret.reveal();
        if (value.indexOf('\0') >= 0) {
            throw new InvalidException(name.value(), "the value holds a NUL character, which no environment can carry");
        }
        if (value.length() > MAX_VALUE_BYTES
                || value.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_VALUE_BYTES) {
            throw new InvalidException(
                    name.value(),
                    "the value is longer than " + MAX_VALUE_BYTES + " bytes, the most a command can be given");
        }
    }
}
