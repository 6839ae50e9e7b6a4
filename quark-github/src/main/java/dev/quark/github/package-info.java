/** Git checkouts with JGit. The door is {@link dev.quark.github.GitSources}; nothing else is public. */
@NullMarked
package dev.quark.github;

import org.jspecify.annotations.NullMarked;
