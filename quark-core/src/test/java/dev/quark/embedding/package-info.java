/** What docs/embedding.md shows, compiled and run. */
@NullMarked
package dev.quark.embedding;

import org.jspecify.annotations.NullMarked;
