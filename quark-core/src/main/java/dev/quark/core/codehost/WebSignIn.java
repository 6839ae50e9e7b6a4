package dev.quark.core.codehost;

import dev.quark.core.identity.GitHubAccount;
import dev.quark.core.identity.GitHubAccounts;
import dev.quark.core.identity.GitHubUsers;
import dev.quark.core.identity.Sessions;
import dev.quark.core.identity.Sessions.SignedIn;
import dev.quark.core.identity.User;
import dev.quark.core.problem.ForbiddenException;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.secret.Secret;
import dev.quark.core.secret.SecretBox;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Signs people in by the host's web flow. What a sign-in needs to come to its end is sealed and kept by the browser that
 * began it: another browser can't end it, and nothing is stored for those that nobody ends. Safe for use by many threads.
 */
public final class WebSignIn {

    /** How long a sign-in may take. */
    public static final Duration VALIDITY = Duration.ofMinutes(10);

    private static final String CONTEXT = "web-sign-in";

    private final HostSignIn host;
    private final GitHubAccounts accounts;
    private final GitHubUsers users;
    private final Sessions sessions;
    private final HostTokens tokens;
    private final UsedStates used;
    private final SecretBox box;
    private final Supplier<String> randoms;
    private final Clock clock;

    /** @param randoms texts of 43 characters or more of base64url, which nobody can guess */
    public WebSignIn(
            HostSignIn host,
            GitHubAccounts accounts,
            GitHubUsers users,
            Sessions sessions,
            HostTokens tokens,
            UsedStates used,
            SecretBox box,
            Supplier<String> randoms,
            Clock clock) {
        this.host = host;
        this.accounts = accounts;
        this.users = users;
        this.sessions = sessions;
        this.tokens = tokens;
        this.used = used;
        this.box = box;
        this.randoms = randoms;
        this.clock = clock;
    }

    /**
     * A sign-in that was begun.
     *
     * @param url where the browser is to go
     * @param pass what the browser has to keep, and to show at the end
     */
    public record Begun(String url, Secret pass) {}

    /** Begins a sign-in. */
    public Begun begin() {
        Pass pass = new Pass(randoms.get(), randoms.get(), clock.instant().plus(VALIDITY));
        byte[] sealed = box.seal(Secret.of(pass.text()), CONTEXT);
        return new Begun(
                host.authorizeUrl(pass.state(), challenge(pass.verifier())),
                Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(sealed)));
    }

    /**
     * Brings a sign-in to its end: the code becomes a token, the token says who it is, and they are signed in if they may.
     *
     * @param code what the host sent the browser back with
     * @param state the same
     * @param pass what the browser kept; null where it shows nothing
     * @param address the client's network address
     * @throws UnauthenticatedException for a sign-in that wasn't begun in this browser, was used before or has expired, and
     *     for a code that the host doesn't know
     * @throws ForbiddenException for an account that may not sign in
     * @throws CodeHostException where the host fails
     */
    public SignedIn finish(String code, String state, @Nullable Secret pass, String address) {
        HostToken token = exchange(code, opened(state, pass));
        User user;
        try {
            GitHubAccount account =
                    accounts.whoHolds(token.access()).orElseThrow(() -> again("GitHub does not know its own token"));
            user = users.admit(account, token.access(), address);
        } catch (RuntimeException e) {
            tokens.discard(token);
            throw e;
        }
        tokens.keep(user.id(), token);
        return sessions.begin(user, "github", address);
    }

    private HostToken exchange(String code, Pass pass) {
        return host.exchange(code, Secret.of(pass.verifier()))
                .orElseThrow(() -> again("GitHub does not accept the code: it was used before, or has expired"));
    }

    private Pass opened(String state, @Nullable Secret pass) {
        Pass kept = pass == null ? null : open(pass);
        if (kept == null || !Secret.of(kept.state()).equals(Secret.of(state))) {
            throw again("This sign-in was not begun in this browser");
        }
        Instant now = clock.instant();
        if (!now.isBefore(kept.until())) {
            throw again("This sign-in took longer than " + VALIDITY.toMinutes() + " minutes");
        }
        if (!used.use(kept.state(), kept.until(), now)) {
            throw again("This sign-in was used before");
        }
        return kept;
    }

    private @Nullable Pass open(Secret pass) {
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(pass.reveal());
            String[] parts = box.open(sealed, CONTEXT).reveal().split(" ", -1);
            return new Pass(parts[0], parts[1], Instant.ofEpochMilli(Long.parseLong(parts[2])));
        } catch (IllegalArgumentException | IllegalStateException e) {
            return null;
        }
    }

    private static UnauthenticatedException again(String why) {
        return new UnauthenticatedException(why + ": begin again at /auth/github/login.");
    }

    private static String challenge(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a sign-in needs to come to its end. */
    private record Pass(String state, String verifier, Instant until) {

        String text() {
            return state + " " + verifier + " " + until.toEpochMilli();
        }
    }
}
