package dev.quark.http;

import dev.quark.core.problem.Faults;
import io.javalin.http.Context;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A request's query parameters; what is wrong with them is collected, and {@link #done} reports it. */
final class Query {

    private final Context ctx;
    private final Faults faults = new Faults();

    Query(Context ctx) {
        this.ctx = ctx;
    }

    /** What {@code make} makes of a parameter; null where it isn't there or empty, and where it is refused. */
    <T> @Nullable T text(String name, Function<String, T> make) {
        String value = ctx.req().getParameter(name);
        return value == null || value.isEmpty() ? null : faults.check(name, () -> make.apply(value));
    }

    /** Whether a parameter isn't there, or empty. */
    boolean lacks(String name) {
        String value = ctx.req().getParameter(name);
        return value == null || value.isEmpty();
    }

    long number(String name, long otherwise, long least, long most) {
        String value = ctx.req().getParameter(name);
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same fault as a number outside the range.
        }
        faults.add(
                name,
                most == Long.MAX_VALUE
                        ? "must be a whole number of at least " + least
                        : "must be " + least + " to " + most);
        return otherwise;
    }

    boolean flag(String name) {
        String value = ctx.req().getParameter(name);
        if (value != null && !value.equals("true") && !value.equals("false")) {
            faults.add(name, "must be true or false");
        }
        return "true".equals(value);
    }

    Faults faults() {
        return faults;
    }

    void done() {
        faults.throwIfAny();
    }
}
