package dev.quark.github;

import dev.quark.core.problem.QuarkException;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.SourceCredentials.Credentials;
import java.util.Optional;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/**
 * Answers the question for credentials of one fetch, once: a second question means that they were refused. For the thread
 * that fetches.
 */
final class Login extends CredentialsProvider {

    private final CloneUrl url;
    private final HttpExchange exchange;
    private final Access access;
    private boolean asked;
    private @Nullable Credentials shown;
    private @Nullable QuarkException failure;

    Login(CloneUrl url, HttpExchange exchange, Access access) {
        this.url = url;
        this.exchange = exchange;
        this.access = access;
    }

    /** What was shown to the host; null where nothing was. */
    @Nullable
    Credentials shown() {
        return shown;
    }

    /** Why there was nothing to show; null where there simply are no credentials. */
    @Nullable
    QuarkException failure() {
        return failure;
    }

    @Override
    public boolean isInteractive() {
        return false;
    }

    @Override
    public boolean supports(CredentialItem... items) {
        for (CredentialItem item : items) {
            if (!(item instanceof CredentialItem.Username) && !(item instanceof CredentialItem.Password)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean get(URIish uri, CredentialItem... items) {
        if (asked || !supports(items) || !exchange.isSameHost(uri)) {
            return false;
        }
        asked = true;
        Optional<Credentials> known;
        try {
            known = access.to(url);
        } catch (QuarkException e) {
            failure = e;
            return false;
        }
        known.ifPresent(credentials -> {
            shown = credentials;
            fill(credentials, items);
        });
        return known.isPresent();
    }

    private static void fill(Credentials credentials, CredentialItem... items) {
        for (CredentialItem item : items) {
            if (item instanceof CredentialItem.Username user) {
                user.setValue(credentials.user());
            } else if (item instanceof CredentialItem.Password password) {
                password.setValue(credentials.password().reveal().toCharArray());
            }
        }
    }
}
