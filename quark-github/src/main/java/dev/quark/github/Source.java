package dev.quark.github;

import dev.quark.core.source.BranchName;
import java.io.IOException;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/** Where a mirror gets commits from. */
interface Source {

    /**
     * Brings a commit and its files into a mirror. The caller holds the mirror's lock for fetching.
     *
     * @param branch the branch; null where only the commit is known
     * @param sha the commit; null for the branch's head
     * @return the commit's name
     * @throws Refusal where the repository, the branch or the commit can't be had
     * @throws DamagedMirrorException where the reason may be what the mirror held before
     * @throws IOException where the mirror can't be written
     */
    ObjectId fetch(Mirror mirror, @Nullable BranchName branch, @Nullable ObjectId sha)
            throws Refusal, DamagedMirrorException, IOException, InterruptedException;

    /**
     * The name of the commit that a branch points to; nothing is fetched.
     *
     * @throws Refusal where the repository or the branch can't be had
     */
    ObjectId head(Mirror mirror, BranchName branch)
            throws Refusal, DamagedMirrorException, IOException, InterruptedException;
}
