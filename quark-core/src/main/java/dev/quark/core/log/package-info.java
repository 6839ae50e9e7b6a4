/** A deployment's output: stored first, then seen; replayed and followed through one cursor. */
@NullMarked
package dev.quark.core.log;

import org.jspecify.annotations.NullMarked;
