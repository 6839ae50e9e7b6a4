/** What happens inside QUARK, told to whoever listens. */
@NullMarked
package dev.quark.core.event;

import org.jspecify.annotations.NullMarked;
