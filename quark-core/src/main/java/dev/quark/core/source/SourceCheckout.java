package dev.quark.core.source;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Brings a commit of a repository onto this machine.
 *
 * <p>Implementations keep a mirror per clone URL, so that a repeated checkout transfers only what is new. They are safe for
 * use by many threads, also for the same repository. A checkout can be repeated after a crash: whatever an earlier one left
 * in the folder is removed first. Nothing of the request becomes a word of a shell or an option of a program, and no
 * credential is written to the folder.
 */
public interface SourceCheckout {

    /**
     * Makes the folder hold exactly the files of a commit.
     *
     * @throws InterruptedException where the thread was interrupted, at the latest some seconds after it was; the folder is
     *     then in no defined state
     */
    CheckoutOutcome checkOut(Request request) throws InterruptedException;

    /**
     * What to check out, and where.
     *
     * @param repository the repository's name, for messages
     * @param url where it is cloned from
     * @param branch the branch that is deployed
     * @param sha the commit; null for the branch's head
     * @param folder an absolute path; its parents are made, and what is there is replaced
     */
    record Request(
            RepositoryName repository,
            CloneUrl url,
            BranchName branch,
            @Nullable CommitSha sha,
            Path folder) {}
}
