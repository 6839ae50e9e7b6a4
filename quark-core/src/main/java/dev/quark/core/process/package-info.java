/** Commands as processes that outlive QUARK: how they are started, found again, followed and stopped. */
@NullMarked
package dev.quark.core.process;

import org.jspecify.annotations.NullMarked;
