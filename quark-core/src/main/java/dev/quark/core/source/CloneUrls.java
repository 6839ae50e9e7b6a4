package dev.quark.core.source;

import dev.quark.core.problem.InvalidException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which sources may be cloned, and where GitHub's repositories are.
 *
 * @param github the base of GitHub's URLs, such as {@code https://github.com}
 * @param allowed the prefixes that a config's {@code clone_url} may have, such as {@code file:///srv/git}
 */
public record CloneUrls(String github, List<String> allowed) {

    /** Copies the prefixes. */
    public CloneUrls {
        allowed = List.copyOf(allowed);
    }

    /**
     * The URL that a repository is cloned from.
     *
     * @param given the config's own; null for GitHub's
     * @throws InvalidException where the config's own lies under no allowed prefix
     */
    public CloneUrl of(RepositoryName repository, @Nullable CloneUrl given) {
        if (given == null) {
            return new CloneUrl(github + "/" + repository + ".git");
        }
        if (!allows(given)) {
            throw new InvalidException(
                    "clone_url",
                    "is not under a prefix that ALLOWED_CLONE_URLS names: ask whoever runs this server to add it");
        }
        return given;
    }

    /**
     * Whether a repository is cloned from GitHub, and is there under its own name.
     *
     * @param given the config's own URL; null for GitHub's
     */
    public boolean isOnHost(RepositoryName repository, @Nullable CloneUrl given) {
        return given == null || onHost(given).filter(repository::equals).isPresent();
    }

    /** The repository of GitHub's that a URL is of; empty where it is none of GitHub's. */
    public Optional<RepositoryName> onHost(CloneUrl url) {
        String path = url.value().replaceAll("/+$", "").replaceAll("\\.git$", "");
        try {
            return url.isUnder(github) && path.length() > github.length()
                    ? Optional.of(new RepositoryName(path.substring(github.length() + 1)))
                    : Optional.empty();
        } catch (InvalidException e) {
            return Optional.empty();
        }
    }

    /** Whether a URL lies under GitHub's or an allowed prefix. */
    public boolean allows(CloneUrl url) {
        return url.isUnder(github) || allowed.stream().anyMatch(url::isUnder);
    }
}
