package dev.quark.persistence;

import dev.quark.core.environment.Environment;
import dev.quark.core.environment.VariableName;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** The names of plain variables as one column: names hold no spaces. */
final class Plain {

    private Plain() {}

    static String column(Environment environment) {
        return environment.plain().stream().map(VariableName::value).sorted().collect(Collectors.joining(" "));
    }

    static Set<VariableName> names(String column) {
        return column.isEmpty()
                ? Set.of()
                : Arrays.stream(column.split(" ", -1)).map(VariableName::new).collect(Collectors.toUnmodifiableSet());
    }
}
