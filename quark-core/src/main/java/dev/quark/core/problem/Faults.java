package dev.quark.core.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects the faults of a request, so that all of them are reported at once. Not thread-safe. */
public final class Faults {

    private final List<FieldError> errors = new ArrayList<>();

    /** Notes a fault. */
    public void add(String field, String message) {
        errors.add(new FieldError(field, message));
    }

    /** What {@code value} gives; where it refuses its argument, a fault of {@code field} and null. */
    public <T> @Nullable T check(String field, Supplier<T> value) {
        try {
            return value.get();
        } catch (InvalidException e) {
            e.errors().forEach(f -> errors.add(new FieldError(field, f.message())));
            return null;
        }
    }

    /** Throws what was noted, if anything was. */
    public void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new InvalidException(errors);
        }
    }
}
