/** What the API was asked and what it answered: stored in batches beside the requests, then seen. */
@NullMarked
package dev.quark.core.requestlog;

import org.jspecify.annotations.NullMarked;
