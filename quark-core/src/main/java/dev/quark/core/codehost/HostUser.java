package dev.quark.core.codehost;

import org.jspecify.annotations.Nullable;

/**
 * Somebody's account on the host.
 *
 * @param id the host's number of the account: the only thing about it that never changes hands
 * @param login the account's name today
 * @param name the person's name; null where they don't tell
 * @param email the public address; null where they don't tell. Says nothing about who somebody is
 * @param avatarUrl a picture; null for none
 * @param url the account's page
 */
public record HostUser(
        long id,
        String login,
        @Nullable String name,
        @Nullable String email,
        @Nullable String avatarUrl,
        String url) {}
