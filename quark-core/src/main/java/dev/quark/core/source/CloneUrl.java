package dev.quark.core.source;

import dev.quark.core.problem.InvalidException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a repository is cloned from: an {@code https}, {@code http} or {@code file} URL without user, password, query or
 * {@code ..}.
 *
 * @param value the URL, at most 1000 characters
 */
public record CloneUrl(String value) {

    private static final Set<String> SCHEMES = Set.of("https", "http", "file");

    /** @throws InvalidException for any other text */
    public CloneUrl {
        URI uri = parse(value);
        if (uri == null
                || uri.getScheme() == null
                || !SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))) {
            throw new InvalidException(
                    "clone_url", "must be an https://, http:// or file:// URL of at most 1000 characters");
        }
        if (uri.getRawUserInfo() != null || value.indexOf('@') >= 0) {
            throw new InvalidException(
                    "clone_url", "must not hold a user or a password, which would be stored in clear");
        }
        boolean file = uri.getScheme().equalsIgnoreCase("file");
        String path = uri.getPath();
        if (path == null
                || path.length() < 2
                || ("/" + path + "/").contains("/../")
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || (file ? uri.getHost() != null : uri.getHost() == null)) {
            throw new InvalidException(
                    "clone_url",
                    "must name a host (file: none) and a path, without .., query or fragment, such as"
                            + " https://github.com/octo-org/octo-repo.git or file:///srv/git/repo.git");
        }
    }

    /**
     * Whether the URL lies under a prefix, such as {@code https://github.com} or {@code file:///srv/git}. A prefix ends at
     * a part of the path: {@code https://github.com.example.org} does not lie under the first of these.
     */
    public boolean isUnder(String prefix) {
        String base = prefix.endsWith("/") ? prefix : prefix + "/";
        return normal(value).startsWith(normal(base));
    }

    private static String normal(String url) {
        int scheme = url.indexOf("://");
        int path = scheme < 0 ? -1 : url.indexOf('/', scheme + 3);
        return path < 0 ? url : url.substring(0, path).toLowerCase(Locale.ROOT) + url.substring(path);
    }

    private static @Nullable URI parse(String value) {
        try {
            return value.length() > 1000 ? null : new URI(value);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
