package dev.quark.core.identity;

/**
 * An account on GitHub.
 *
 * @param id GitHub's number for it, which never changes and is never given to another
 * @param login its name, which its owner may change, and which another may take then
 */
public record GitHubAccount(long id, String login) {}
