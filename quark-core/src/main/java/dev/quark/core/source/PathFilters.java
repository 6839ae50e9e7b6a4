package dev.quark.core.source;

import dev.quark.core.problem.InvalidException;
import java.util.Collection;
import java.util.List;

/**
 * Globs that say which changed files matter. As in .gitignore and GitHub's {@code paths}, the last glob that matches a
 * file decides; {@code !} excludes. Where every glob excludes, all other files matter.
 *
 * @param globs at most 100 of at most 250 characters; empty: every file matters
 */
public record PathFilters(List<String> globs) {

    /** Every file matters. */
    public static final PathFilters ALL = new PathFilters(List.of());

    /** @throws InvalidException for a glob that could match no path in a repository */
    public PathFilters {
        globs = List.copyOf(globs);
        if (globs.size() > 100) {
            throw new InvalidException("path_filters", "may hold at most 100 globs");
        }
        globs.forEach(PathFilters::check);
    }

    /** Whether any of the files matters. */
    public boolean touchedBy(Collection<String> files) {
        if (globs.isEmpty()) {
            return true;
        }
        List<Filter> filters = globs.stream().map(Filter::of).toList();
        boolean otherwise = filters.stream().allMatch(Filter::excludes);
        return files.stream().anyMatch(file -> matters(file, filters, otherwise));
    }

    private static boolean matters(String file, List<Filter> filters, boolean otherwise) {
        boolean matters = otherwise;
        for (Filter filter : filters) {
            if (filter.glob().matches(file)) {
                matters = !filter.excludes();
            }
        }
        return matters;
    }

    private static void check(String glob) {
        String path = glob.startsWith("!") ? glob.substring(1) : glob;
        if (path.isEmpty()
                || glob.length() > 250
                || path.startsWith("/")
                || path.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidException(
                    "path_filters",
                    "each must be a glob relative to the repository's root, such as src/** or !docs/**,"
                            + " of at most 250 characters");
        }
    }

    private record Filter(Glob glob, boolean excludes) {

        static Filter of(String glob) {
            return glob.startsWith("!")
                    ? new Filter(new Glob(glob.substring(1)), true)
                    : new Filter(new Glob(glob), false);
        }
    }
}
