/** A config's environment variables: their names, the {@code .env} file, masking in logs. */
@NullMarked
package dev.quark.core.environment;

import org.jspecify.annotations.NullMarked;
