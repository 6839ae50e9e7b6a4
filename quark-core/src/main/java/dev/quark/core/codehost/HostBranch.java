package dev.quark.core.codehost;

import dev.quark.core.source.CommitSha;

/**
 * A branch as the host shows it.
 *
 * @param name its name
 * @param head the commit that it points to
 * @param isProtected whether the host guards it
 */
public record HostBranch(String name, CommitSha head, boolean isProtected) {}
