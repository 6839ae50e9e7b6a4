/** Values that must not be seen, and the port that encrypts them at rest. */
@NullMarked
package dev.quark.core.secret;

import org.jspecify.annotations.NullMarked;
