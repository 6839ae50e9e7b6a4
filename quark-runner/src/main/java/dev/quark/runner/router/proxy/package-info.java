/** The router's process: {@link dev.quark.runner.router.proxy.RouterMain} is its beginning. Linux only. */
@NullMarked
package dev.quark.runner.router.proxy;

import org.jspecify.annotations.NullMarked;
