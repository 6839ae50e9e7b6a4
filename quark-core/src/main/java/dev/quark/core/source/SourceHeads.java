package dev.quark.core.source;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks where branches point to, by git itself: it costs no quota of anybody's. Safe for use by many threads; a look may be
 * repeated.
 */
public interface SourceHeads {

    /**
     * The commit that a branch points to.
     *
     * @return empty where there is no such branch, and where the repository can't be read now
     * @throws InterruptedException where the thread was interrupted, at the latest some seconds after it was
     */
    Optional<Head> head(CloneUrl url, BranchName branch) throws InterruptedException;

    /**
     * A branch's commit.
     *
     * @param commit the commit, with message and author
     * @param at when it was committed; null where nobody says
     */
    record Head(Commit commit, @Nullable Instant at) {}
}
