package dev.quark.core.identity;

import dev.quark.core.problem.ForbiddenException;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.secret.Secret;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says who holds a token: an access token, an API token, or one of GitHub's. QUARK's own are looked up in the store each
 * time, so that what was revoked or changed there holds for the very next request, whoever changed it. Safe for use by many
 * threads.
 */
public final class Authenticate {

    private static final int LONGEST = 4096;
    private static final Pattern THREE_PARTS = Pattern.compile("[\\w-]+\\.[\\w-]*\\.[\\w-]*");

    private final Sessions sessions;
    private final ApiTokens apiTokens;
    private final @Nullable GitHubTokens github;
    private final Doors doors;

    /** @param github null where GitHub's tokens are not taken */
    public Authenticate(Sessions sessions, ApiTokens apiTokens, @Nullable GitHubTokens github) {
        this(sessions, apiTokens, github, Doors.opened());
    }

    /**
     * The same, once the doors are open.
     *
     * @param github null where GitHub's tokens are not taken
     */
    public Authenticate(Sessions sessions, ApiTokens apiTokens, @Nullable GitHubTokens github, Doors doors) {
        this.sessions = sessions;
        this.apiTokens = apiTokens;
        this.github = github;
        this.doors = doors;
    }

    /**
     * Who holds a token.
     *
     * @param address the client's network address
     * @param beforeAskingGitHub called before GitHub is asked about a token, on this thread; what it throws is thrown on
     * @throws UnauthenticatedException for a token that is forged, expired or revoked, or whose user is gone
     * @throws ForbiddenException for a token of somebody on GitHub who may not sign in here
     * @throws UnavailableException where GitHub has to be asked and doesn't answer
     */
    public Caller byToken(Secret token, String address, Runnable beforeAskingGitHub) {
        doors.pass();
        return holder(token, address, beforeAskingGitHub)
                .orElseThrow(
                        () -> new UnauthenticatedException("The token is not valid or has expired: sign in again."));
    }

    private Optional<Caller> holder(Secret token, String address, Runnable beforeAskingGitHub) {
        String text = token.reveal();
        if (text.startsWith(ApiToken.PREFIX)) {
            return apiTokens.holder(token);
        }
        if (text.isEmpty()
                || text.length() > LONGEST
                || THREE_PARTS.matcher(text).matches()) {
            return sessions.holder(token);
        }
        return github == null ? Optional.empty() : github.holder(token, address, beforeAskingGitHub);
    }
}
