/** Stores in memory, for tests and for programs that embed QUARK without a database; what the ports' contracts need. */
@NullMarked
package dev.quark.core.testing;

import org.jspecify.annotations.NullMarked;
