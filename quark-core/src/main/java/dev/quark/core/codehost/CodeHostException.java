package dev.quark.core.codehost;

import dev.quark.core.problem.UpstreamException;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The host refused a request, failed or didn't answer; {@link #failure} says which. Holds no token. */
public final class CodeHostException extends UpstreamException {

    private final transient Failure failure;

    /** @param failure what happened */
    public CodeHostException(Failure failure) {
        this(failure, null);
    }

    /**
     * @param failure what happened
     * @param cause what failed; null where there is no more to say
     */
    public CodeHostException(Failure failure, @Nullable Throwable cause) {
        super(failure.message(), cause);
        this.failure = failure;
    }

    /** What happened. */
    public Failure failure() {
        return failure;
    }

    /** What can happen. */
    public sealed interface Failure {

        /** A sentence that the person who asked can act on. */
        String message();

        /** Whether the same request may succeed later, with nothing else changed. */
        default boolean passing() {
            return false;
        }
    }

    /**
     * It isn't there, or isn't the holder's to see.
     *
     * @param what the address that was asked for
     */
    public record NotFound(String what) implements Failure {
        @Override
        public String message() {
            return "GitHub has no " + what
                    + ", or doesn't show it to this account: it may have been deleted, renamed or" + " made private.";
        }
    }

    /** The token is unknown to the host: it was revoked, or has expired. */
    public record Revoked() implements Failure {
        @Override
        public String message() {
            return "GitHub does not accept this account's token any more (it was revoked or has expired): sign in with"
                    + " GitHub again.";
        }
    }

    /**
     * The token may not be used for this.
     *
     * @param needed scopes of which one is enough
     * @param granted the scopes that it has
     */
    public record MissingScopes(Set<String> needed, Set<String> granted) implements Failure {

        /** Copies the scopes. */
        public MissingScopes {
            needed = Set.copyOf(needed);
            granted = Set.copyOf(granted);
        }

        @Override
        public String message() {
            return "The GitHub token lacks a scope: this takes one of " + String.join(", ", new TreeSet<>(needed))
                    + ", and it has " + (granted.isEmpty() ? "none" : String.join(", ", new TreeSet<>(granted)))
                    + ". Sign in with GitHub again and grant what it asks for.";
        }
    }

    /**
     * The account may not do this.
     *
     * @param said the host's own words
     */
    public record Forbidden(String said) implements Failure {
        @Override
        public String message() {
            return "GitHub forbids this to the account: " + said;
        }
    }

    /**
     * There were too many requests.
     *
     * @param until when to ask again, at the earliest
     * @param secondary whether it was for asking too fast, rather than too often in an hour
     */
    public record RateLimited(Instant until, boolean secondary) implements Failure {
        @Override
        public String message() {
            return "GitHub's rate limit is used up" + (secondary ? " (requests came too fast)" : "")
                    + ": it takes requests again at " + until + ".";
        }

        @Override
        public boolean passing() {
            return true;
        }
    }

    /**
     * The host understood and declined: a limit was reached, or a value isn't allowed.
     *
     * @param status the HTTP status
     * @param said the host's own words
     */
    public record Rejected(int status, String said) implements Failure {
        @Override
        public String message() {
            return "GitHub declined: " + said;
        }
    }

    /**
     * There was no answer.
     *
     * @param what why, in a few words
     */
    public record Unreachable(String what) implements Failure {
        @Override
        public String message() {
            return "GitHub can't be reached (" + what + "): try again in a moment, or look at its status page.";
        }

        @Override
        public boolean passing() {
            return true;
        }
    }

    /**
     * The answer was none that could be used: a server's error, or a document that breaks off.
     *
     * @param what why, in a few words
     */
    public record Broken(String what) implements Failure {
        @Override
        public String message() {
            return "GitHub failed (" + what + "): try again in a moment, or look at its status page.";
        }

        @Override
        public boolean passing() {
            return true;
        }
    }
}
