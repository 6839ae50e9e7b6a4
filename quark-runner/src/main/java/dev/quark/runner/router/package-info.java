/**
 * The adapter of {@link dev.quark.core.service.TrafficRouter}; {@link
 * dev.quark.runner.router.Router} is the door. The built-in one is a process of its own ({@code proxy}), which this package starts,
 * watches and talks to; it loads no class of the proxy's libraries.
 */
@NullMarked
package dev.quark.runner.router;

import org.jspecify.annotations.NullMarked;
