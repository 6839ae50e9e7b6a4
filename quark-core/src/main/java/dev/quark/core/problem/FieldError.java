package dev.quark.core.problem;

/**
 * One fault in a request.
 *
 * @param field the field's name as the request spells it
 * @param message a sentence that says what the field may be
 */
public record FieldError(String field, String message) {}
