package dev.quark.core.config;

import dev.quark.core.problem.InvalidException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What GitHub is asked before a deployment, and shown after it.
 *
 * @param requireChecks whether a push is deployed only once the commit's checks have passed
 * @param environmentUrl where what was deployed can be seen, an {@code http} or {@code https} URL; null for nowhere
 */
public record GitHubSettings(
        boolean requireChecks, @Nullable String environmentUrl) {

    /** Nothing is asked, and no address shown. */
    public static final GitHubSettings DEFAULT = new GitHubSettings(false, null);

    private static final Set<String> SCHEMES = Set.of("https", "http");

    /** @throws InvalidException for an address that isn't a web page's */
    public GitHubSettings {
        if (environmentUrl != null && !isWeb(environmentUrl)) {
            throw new InvalidException(
                    "environment_url",
                    "must be an http:// or https:// URL of at most 1000 characters, without user and password");
        }
    }

    private static boolean isWeb(String url) {
        try {
            URI uri = new URI(url);
            return url.length() <= 1000
                    && uri.getScheme() != null
                    && SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
