package dev.quark.github;

import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/**
 * A file of a commit.
 *
 * @param path its path from the repository's root
 * @param mode a regular or executable file, or a symbolic link
 * @param content the object with its content or the link's target
 */
record TreeFile(String path, FileMode mode, ObjectId content) {}
