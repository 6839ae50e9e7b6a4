package dev.quark.github;

import org.eclipse.jgit.lib.ObjectId;

/**
 * A folder of a commit that holds a commit of another repository.
 *
 * @param path its path from the repository's root
 * @param commit that commit
 */
record Submodule(String path, ObjectId commit) {}
