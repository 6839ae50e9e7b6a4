package dev.quark.core.codehost;

import dev.quark.core.source.RepositoryName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A repository as the host shows it to the holder of a token.
 *
 * @param id the host's number of the repository
 * @param name its full name
 * @param description what it is about; null where nobody wrote it
 * @param isPrivate whether only some may see it
 * @param archived whether nothing can be pushed any more
 * @param admin whether the holder of the token may set up hooks
 * @param defaultBranch the branch that is shown first
 * @param url its page
 * @param pushedAt when somebody last pushed; null where nobody did
 */
public record HostRepository(
        long id,
        RepositoryName name,
        @Nullable String description,
        boolean isPrivate,
        boolean archived,
        boolean admin,
        String defaultBranch,
        String url,
        @Nullable Instant pushedAt) {}
