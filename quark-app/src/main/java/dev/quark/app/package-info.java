/** The composition root: settings, security adapters, the running application, the command line and the demo. */
@NullMarked
package dev.quark.app;

import org.jspecify.annotations.NullMarked;
