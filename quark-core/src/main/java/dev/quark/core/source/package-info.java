/** Where code comes from: repositories, branches, commits, and the port that checks them out. */
@NullMarked
package dev.quark.core.source;

import org.jspecify.annotations.NullMarked;
