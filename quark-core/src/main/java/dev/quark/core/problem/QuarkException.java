package dev.quark.core.problem;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that can't be served, in one of a few categories. The message is a sentence that the person who asked can act
 * on; it never holds a secret. What is expected to happen (a failed deployment, an ignored push) is a return value instead.
 */
public abstract sealed class QuarkException extends RuntimeException
        permits InvalidException,
                UnauthenticatedException,
                ForbiddenException,
                NotFoundException,
                ConflictException,
                UpstreamException,
                UnavailableException {

    QuarkException(String message) {
        super(message);
    }

    QuarkException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** What is wrong and what to do about it; never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
