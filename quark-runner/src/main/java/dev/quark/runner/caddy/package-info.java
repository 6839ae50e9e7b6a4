/**
 * The adapter of {@link dev.quark.core.service.TrafficRouter} for those who want Caddy's TLS: {@link
 * dev.quark.runner.caddy.CaddyTrafficRouter} is the door. Caddy takes the apps' hosts and passes their requests to another
 * router, which does the switching.
 */
@NullMarked
package dev.quark.runner.caddy;

import org.jspecify.annotations.NullMarked;
