package dev.quark.github;

import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.SourceCredentials;
import dev.quark.core.source.SourceCredentials.Credentials;
import java.util.Locale;
import java.util.Optional;

/**
 * As whom repositories are read: the one that is deployed with its credentials, and so the submodules beside it, of the
 * same account; all others as anybody. Who may push to a repository could otherwise read every other one that its owner
 * can.
 *
 * @param root the repository that is deployed
 * @param known knows the credentials
 */
record Access(CloneUrl root, SourceCredentials known) {

    /** Whether a repository is read as anybody would. Such ones have a mirror of their own. */
    boolean isAnonymous(CloneUrl url) {
        return !account(url).equals(account(root));
    }

    /** What is shown to a repository's host when it asks. */
    Optional<Credentials> to(CloneUrl url) {
        return isAnonymous(url) ? Optional.empty() : known.of(root);
    }

    private static String account(CloneUrl url) {
        String path = url.value().replaceAll("/+$", "");
        return path.substring(0, path.lastIndexOf('/')).toLowerCase(Locale.ROOT);
    }
}
