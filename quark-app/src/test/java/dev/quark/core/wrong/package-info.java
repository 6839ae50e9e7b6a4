/** Classes that break the rules for the core on purpose, to show that each rule can fail. */
@NullMarked
package dev.quark.core.wrong;

import org.jspecify.annotations.NullMarked;
