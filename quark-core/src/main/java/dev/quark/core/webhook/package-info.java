/** Pushes as GitHub delivers them, and the deployments they cause. */
@NullMarked
package dev.quark.core.webhook;

import org.jspecify.annotations.NullMarked;
