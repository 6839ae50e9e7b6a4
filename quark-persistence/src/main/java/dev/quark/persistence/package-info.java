/**
 * The stores on SQLite and PostgreSQL. {@link dev.quark.persistence.Persistence} is the way in; nothing else is public.
 */
@NullMarked
package dev.quark.persistence;

import org.jspecify.annotations.NullMarked;
