package dev.quark.core.identity;

import dev.quark.core.problem.InvalidException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may sign in with GitHub without an administrator having added them.
 *
 * @param logins names of users, in lower case
 * @param organizations names of organizations whose members may
 */
public record AllowedGitHubUsers(Set<String> logins, Set<String> organizations) {

    /** Nobody. */
    public static final AllowedGitHubUsers NOBODY = new AllowedGitHubUsers(Set.of(), Set.of());

    private static final Pattern LOGIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,38}");

    /** Keeps a copy. */
    public AllowedGitHubUsers {
        logins = Set.copyOf(logins);
        organizations = Set.copyOf(organizations);
    }

    /**
     * Reads logins, and organizations with an {@code @} before them.
     *
     * @throws InvalidException where an entry can't be a name on GitHub
     */
    public static AllowedGitHubUsers parse(List<String> entries) {
        Set<String> logins = new LinkedHashSet<>();
        Set<String> organizations = new LinkedHashSet<>();
        for (String entry : entries) {
            boolean isOrganization = entry.startsWith("@");
            String name = entry.substring(isOrganization ? 1 : 0).toLowerCase(Locale.ROOT);
            if (!isLogin(name)) {
                throw new InvalidException(
                        "ALLOWED_GITHUB_USERS",
                        "must be logins, or organizations such as @octo-org, separated by commas; not " + entry);
            }
            (isOrganization ? organizations : logins).add(name);
        }
        return new AllowedGitHubUsers(logins, organizations);
    }

    /** Whether text can be the name of an account on GitHub. */
    static boolean isLogin(String text) {
        return LOGIN.matcher(text).matches();
    }

    /** Whether the list names an account itself. */
    boolean names(GitHubAccount account) {
        return logins.contains(account.login().toLowerCase(Locale.ROOT));
    }
}
