package dev.quark.core.codehost;

import dev.quark.core.source.RepositoryName;
import java.time.Instant;

/**
 * A hook that QUARK set up.
 *
 * @param id the host's number of it
 * @param repository whose
 * @param url what it calls
 * @param setUpBy who had it set up last, by name
 * @param setUpAt when
 */
public record Hook(long id, RepositoryName repository, String url, String setUpBy, Instant setUpAt) {}
