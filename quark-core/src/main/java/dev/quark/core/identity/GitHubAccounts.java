package dev.quark.core.identity;

import dev.quark.core.problem.UnavailableException;
import dev.quark.core.secret.Secret;
import java.util.Optional;

/**
 * What GitHub says of those who hold its tokens. Each call asks GitHub and blocks until it answers; nothing is kept. Safe
 * for use by many threads.
 */
public interface GitHubAccounts {

    /**
     * Whose token this is.
     *
     * @return empty where GitHub says that it is no valid token
     * @throws UnavailableException where GitHub doesn't answer, fails, or takes no more requests for now
     */
    Optional<GitHubAccount> whoHolds(Secret token);

    /**
     * Whether the token's holder is an active member of an organization. Where the token doesn't let GitHub say so, it is
     * no.
     *
     * @throws UnavailableException as {@link #whoHolds}
     */
    boolean isMember(Secret token, String organization);
}
