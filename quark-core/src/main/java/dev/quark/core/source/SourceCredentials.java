package dev.quark.core.source;

import dev.quark.core.secret.Secret;
import java.util.Optional;

/**
 * Knows with what a repository may be read that its host doesn't show to everybody.
 *
 * <p>It is asked each time that a host wants credentials, and never before, on the thread that fetches; what it answers is
 * shown to that host alone, for that repository and for submodules beside it, and is kept nowhere. Safe for use by many
 * threads.
 */
@FunctionalInterface
public interface SourceCredentials {

    /** Nothing is known: only repositories that everybody may read can be had. */
    SourceCredentials NONE = url -> Optional.empty();

    /**
     * The credentials for a repository.
     *
     * @throws dev.quark.core.problem.QuarkException where they can't be had now; its message is told to the person who
     *     pushed
     */
    Optional<Credentials> of(CloneUrl url);

    /**
     * A user and a password of HTTP's Basic authentication.
     *
     * @param user the user; {@code x-access-token} where the password is a token of GitHub's
     * @param password the password or token
     * @param owner whose it is, for messages
     */
    record Credentials(String user, Secret password, String owner) {}
}
