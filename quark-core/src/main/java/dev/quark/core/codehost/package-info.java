/** The host of the code, such as GitHub: accounts, repositories, hooks, and whose token is used for what. */
@NullMarked
package dev.quark.core.codehost;

import org.jspecify.annotations.NullMarked;
