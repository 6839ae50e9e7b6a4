/** Deployments that wait until their commit's checks have passed. */
@NullMarked
package dev.quark.core.check;

import org.jspecify.annotations.NullMarked;
