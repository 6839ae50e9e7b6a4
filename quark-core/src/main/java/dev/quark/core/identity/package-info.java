/** Who may do what: users, roles, tokens, the audit log. */
@NullMarked
package dev.quark.core.identity;

import org.jspecify.annotations.NullMarked;
