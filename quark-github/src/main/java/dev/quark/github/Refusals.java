package dev.quark.github;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import org.eclipse.jgit.lib.ObjectId;

/** Sentences that more than one kind of source says. */
final class Refusals {

    private Refusals() {}

    static Refusal gone(ObjectId commit, CloneUrl url) {
        return new Refusal("The commit " + commit.name() + " isn't in " + url
                + ", or on no branch that can be fetched: it was removed by a forced push, or was never pushed");
    }

    static Refusal noBranch(BranchName branch, CloneUrl url) {
        return new Refusal("The branch " + branch + " isn't in " + url + ": it was deleted, or was never pushed");
    }

    static Refusal noCommit(ObjectId id) {
        return new Refusal(id.name() + " names no commit: give the full name of a commit");
    }
}
