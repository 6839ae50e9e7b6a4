package dev.quark.core.codehost;

import dev.quark.core.secret.Secret;
import dev.quark.core.source.RepositoryName;
import java.util.List;

/**
 * The hooks of repositories. Whatever goes wrong is a {@link CodeHostException}; a limit that was reached is
 * {@link CodeHostException.Rejected}. Safe for use by many threads.
 */
public interface HostHooks {

    /** All hooks of a repository that call some URL. */
    List<HostHook> list(Secret token, RepositoryName repository);

    /** Makes a hook. Repeating it makes another, or is rejected. */
    HostHook create(Secret token, RepositoryName repository, Wanted wanted);

    /** Makes a hook be as it is wanted, its secret too; may be repeated. */
    HostHook change(Secret token, RepositoryName repository, long id, Wanted wanted);

    /** Removes a hook; one that is gone already is no failure. */
    void delete(Secret token, RepositoryName repository, long id);

    /**
     * How a hook is to be: active, its payload JSON, its certificate checked.
     *
     * @param url what is to be called
     * @param events what for
     * @param secret signs each call
     */
    record Wanted(String url, List<String> events, Secret secret) {

        /** Copies the events. */
        public Wanted {
            events = List.copyOf(events);
        }
    }
}
