package dev.quark.core.codehost;

import dev.quark.core.source.Commit;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A commit as the host shows it.
 *
 * @param commit name, message and author
 * @param login the author's account; null where the host knows none
 * @param at when it was committed; null where the host doesn't say
 * @param url its page
 */
public record HostCommit(
        Commit commit, @Nullable String login, @Nullable Instant at, String url) {}
