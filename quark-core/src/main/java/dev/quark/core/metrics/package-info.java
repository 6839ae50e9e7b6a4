/** How the machine, the process and the work are: now, and over a day; and what was counted since the start. */
@NullMarked
package dev.quark.core.metrics;

import org.jspecify.annotations.NullMarked;
