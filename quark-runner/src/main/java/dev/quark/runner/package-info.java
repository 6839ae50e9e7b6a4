/**
 * Commands as processes that outlive QUARK, and the folders of releases; {@link dev.quark.runner.Runner} is the door.
 * Linux only: it reads {@code /proc}, and starts commands with {@code setsid}.
 */
@NullMarked
package dev.quark.runner;

import org.jspecify.annotations.NullMarked;
