/** Deployments: their states, their queue, and their run from claim to outcome. */
@NullMarked
package dev.quark.core.deployment;

import org.jspecify.annotations.NullMarked;
