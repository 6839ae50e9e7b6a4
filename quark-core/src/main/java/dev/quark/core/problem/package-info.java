/** The few kinds of exceptions that a caller of a use case can meet. */
@NullMarked
package dev.quark.core.problem;

import org.jspecify.annotations.NullMarked;
