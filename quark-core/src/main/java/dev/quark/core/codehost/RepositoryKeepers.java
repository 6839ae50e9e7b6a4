package dev.quark.core.codehost;

import dev.quark.core.source.RepositoryName;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Whose tokens QUARK uses for a repository when nobody is asking: for checkouts, results, and to look for what it missed.
 * Implementations are safe for use by many threads and processes; what a method changed is durable when it returns. A user
 * who is removed keeps nothing.
 */
public interface RepositoryKeepers {

    /** Puts a user behind the keepers that the repository has; one who is among them already stays where they are. */
    void join(RepositoryName repository, UUID user, Instant at);

    /** Makes a user the first keeper; for one who has shown that they may administer the repository. */
    void lead(RepositoryName repository, UUID user, Instant at);

    /** The repository's keepers, the one to be asked first before the others. */
    List<UUID> of(RepositoryName repository);
}
