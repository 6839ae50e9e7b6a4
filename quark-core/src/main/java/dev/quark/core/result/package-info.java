/** What the code host is told about deployments: a status on the commit, and the deployment itself. */
@NullMarked
package dev.quark.core.result;

import org.jspecify.annotations.NullMarked;
