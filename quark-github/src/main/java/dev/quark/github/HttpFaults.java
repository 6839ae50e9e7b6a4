package dev.quark.github;

import dev.quark.core.problem.QuarkException;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.SourceCredentials.Credentials;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in a sentence why a fetch over HTTP failed, and what to do. */
record HttpFaults(CloneUrl url, Duration silence, HttpExchange exchange, Login login, boolean anonymous) {

    /** The refusal; null where the host was reached, and what was said failed. */
    @Nullable
    Refusal explain(IOException failure) {
        if (exchange.ledElsewhere()) {
            return new Refusal(
                    host() + " redirects " + url + " to another host, which isn't followed: set clone_url to"
                            + " the repository's new address",
                    failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String fault = networkFault(cause);
            if (fault != null) {
                return new Refusal(
                        host() + " " + fault + ": check clone_url and the network, and deploy again", failure);
            }
        }
        String answer = answer();
        if (answer != null) {
            return new Refusal(answer, failure);
        }
        if (exchange.isDumb()) {
            return new Refusal(
                    "There is no git repository at " + url + ", or its server doesn't speak git's smart protocol",
                    failure);
        }
        return null;
    }

    private String host() {
        return String.valueOf(URI.create(url.value()).getHost());
    }

    private @Nullable String networkFault(Throwable cause) {
        return switch (cause) {
            case SocketTimeoutException e -> "didn't answer within " + silence.toSeconds() + " s";
            case UnknownHostException e -> "can't be found (no such host name)";
            case ConnectException e -> "can't be reached (" + e.getMessage() + ")";
            case NoRouteToHostException e -> "can't be reached (" + e.getMessage() + ")";
            case SSLException e -> "can't be trusted or speaks no TLS (" + e.getMessage() + ")";
            case SocketException e -> "broke the connection (" + e.getMessage() + ")";
            case EOFException e -> "broke the connection in the middle";
            default -> null;
        };
    }

    private @Nullable String answer() {
        Credentials shown = login.shown();
        QuarkException unknown = login.failure();
        if (exchange.status() == 401 && unknown != null) {
            return "The repository at " + url + " is private, and its credentials can't be had now: "
                    + unknown.getMessage();
        }
        return shown == null ? withoutCredentials() : withCredentialsOf(shown.owner());
    }

    private @Nullable String withoutCredentials() {
        return switch (exchange.status()) {
            case 401 ->
                "The repository at " + url + " was not found, or it is private: check clone_url; "
                        + (anonymous
                                ? "a submodule of another account is read without a token, so it must be public"
                                : "a private repository needs a GitHub token, so whoever owns the config is to sign in"
                                        + " with GitHub");
            case 403 -> "The server refuses access to " + url + " (403)";
            case 404, 410 ->
                "The repository at " + url + " was not found (" + exchange.status()
                        + "): it was deleted or renamed, or it is private; check clone_url";
            default -> later();
        };
    }

    private @Nullable String withCredentialsOf(String owner) {
        return switch (exchange.status()) {
            case 401 ->
                host() + " refuses the token of " + owner + " for " + url
                        + " (401): it has expired or was revoked; sign in with GitHub again, then deploy again";
            case 403 ->
                host() + " refuses access to " + url + " with the token of " + owner
                        + " (403): the token needs the scope repo, and an organization may have to authorize it";
            case 404, 410 ->
                "The repository at " + url + " was not found with the token of " + owner + " (" + exchange.status()
                        + "): it was deleted or renamed, or " + owner + " has no access to it any more";
            default -> later();
        };
    }

    private @Nullable String later() {
        return switch (exchange.status()) {
            case 429, 500, 502, 503, 504 ->
                "The server of " + url + " can't answer now (" + exchange.status() + "): deploy again later";
            default -> null;
        };
    }
}
