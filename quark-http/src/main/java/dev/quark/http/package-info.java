/** The HTTP and WebSocket server; {@link dev.quark.http.HttpServer} is its only door. */
@NullMarked
package dev.quark.http;

import org.jspecify.annotations.NullMarked;
