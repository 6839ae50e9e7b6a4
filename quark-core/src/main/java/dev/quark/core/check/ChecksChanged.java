package dev.quark.core.check;

import dev.quark.core.event.QuarkEvent;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;

/**
 * The host tells that a commit's checks may say something else than before.
 *
 * @param repository the repository
 * @param commit the commit
 */
public record ChecksChanged(RepositoryName repository, CommitSha commit) implements QuarkEvent {}
