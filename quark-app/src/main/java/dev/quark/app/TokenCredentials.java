package dev.quark.app;

import dev.quark.core.codehost.HostTokens;
import dev.quark.core.identity.User;
import dev.quark.core.identity.UserStore;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.source.SourceCredentials;
import java.util.Optional;

/** Reads repositories on GitHub with the token of whoever keeps them here; all others without any. */
record TokenCredentials(CloneUrls sources, HostTokens tokens, UserStore users) implements SourceCredentials {

    /** What GitHub takes for a user where the password is a token. */
    private static final String USER = "x-access-token";

    @Override
    public Optional<Credentials> of(CloneUrl url) {
        return sources.onHost(url)
                .flatMap(tokens::ofRepository)
                .map(borrowed -> new Credentials(
                        USER,
                        borrowed.token(),
                        users.find(borrowed.user()).map(User::username).orElse("a user who was removed")));
    }
}
