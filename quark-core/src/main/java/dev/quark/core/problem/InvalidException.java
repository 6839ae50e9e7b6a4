package dev.quark.core.problem;

import java.util.List;
import java.util.stream.Collectors;

/** One or more fields of a request have values that they may not have; all faults are reported at once. */
public final class InvalidException extends QuarkException {

    private final List<FieldError> errors;

    /** @param errors the faults, at least one */
    public InvalidException(List<FieldError> errors) {
        super(errors.stream().map(e -> e.field() + ": " + e.message()).collect(Collectors.joining("; ")));
        this.errors = List.copyOf(errors);
    }

    /**
     * @param field the field's name as the request spells it
     * @param message a sentence that says what the field may be
     */
    public InvalidException(String field, String message) {
        this(List.of(new FieldError(field, message)));
    }

    /** Every fault, in the order of the request's fields. */
    public List<FieldError> errors() {
        return errors;
    }
}
