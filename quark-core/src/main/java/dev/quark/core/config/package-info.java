/** Deployment configs: what is deployed, from where, and how. */
@NullMarked
package dev.quark.core.config;

import org.jspecify.annotations.NullMarked;
