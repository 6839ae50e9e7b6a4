/** The stores on SQLite and PostgreSQL; {@link dev.quark.persistence.Persistence} is the way in. */
@NullMarked
package dev.quark.persistence;

import org.jspecify.annotations.NullMarked;
