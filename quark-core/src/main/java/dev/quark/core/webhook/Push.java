package dev.quark.core.webhook;

import dev.quark.core.problem.InvalidException;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.Commit;
import dev.quark.core.source.RepositoryName;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a push event says.
 *
 * @param repository the repository that was pushed to
 * @param ref the full ref, such as {@code refs/heads/main}
 * @param deleted whether the ref was deleted
 * @param head the commit that the ref points to now; null where it was deleted
 * @param changedFiles the files that the push's commits add, change or remove
 * @param changedFilesKnown false where the payload doesn't list all commits (a new branch, a forced push, more commits than
 *     GitHub lists), so that path filters can't exclude it
 * @param pusher who pushed, by login
 * @see <a href="https://docs.github.com/en/webhooks/webhook-events-and-payloads#push">GitHub's push event</a>
 */
public record Push(
        RepositoryName repository,
        String ref,
        boolean deleted,
        @Nullable Commit head,
        Set<String> changedFiles,
        boolean changedFilesKnown,
        String pusher) {

    private static final String HEADS = "refs/heads/";

    /** Copies the files. */
    public Push {
        changedFiles = Set.copyOf(changedFiles);
    }

    /** The branch that was pushed to; empty where the ref is none that can be deployed. */
    public Optional<BranchName> branch() {
        try {
            return ref.startsWith(HEADS)
                    ? Optional.of(new BranchName(ref.substring(HEADS.length())))
                    : Optional.empty();
        } catch (InvalidException e) {
            return Optional.empty();
        }
    }
}
