package dev.quark.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.codehost.CodeHostException.Broken;
import dev.quark.core.codehost.CodeHostException.Failure;
import dev.quark.core.codehost.CodeHostException.Forbidden;
import dev.quark.core.codehost.CodeHostException.MissingScopes;
import dev.quark.core.codehost.CodeHostException.NotFound;
import dev.quark.core.codehost.CodeHostException.RateLimited;
import dev.quark.core.codehost.CodeHostException.Rejected;
import dev.quark.core.codehost.CodeHostException.Revoked;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an answer that is no success means, by its status and headers.
 *
 * @see <a href="https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api">Troubleshooting</a>
 */
final class Failures {

    /** Where GitHub names no time it asks for a minute at least. */
    private static final Duration AT_LEAST = Duration.ofMinutes(1);

    /** No rate limit lasts longer than an hour. */
    private static final Duration AT_MOST = Duration.ofHours(1);

    private final Clock clock;

    Failures(Clock clock) {
        this.clock = clock;
    }

    Failure of(Wire.Answer answer, String path) {
        return switch (answer.status()) {
            case 401 -> new Revoked();
            case 403, 429 -> refused(answer);
            case 404, 410, 451 -> missing(answer, path);
            default ->
                answer.status() >= 500
                        ? new Broken("it answered " + answer.status())
                        : new Rejected(answer.status(), said(answer));
        };
    }

    private Failure refused(Wire.Answer answer) {
        RateLimited limit = limit(answer);
        if (limit != null) {
            return limit;
        }
        MissingScopes scopes = scopes(answer);
        return scopes != null ? scopes : new Forbidden(said(answer));
    }

    private @Nullable RateLimited limit(Wire.Answer answer) {
        Instant now = clock.instant();
        if (number(answer, "Retry-After") >= 0) {
            return limited(now.plusSeconds(Math.min(number(answer, "Retry-After"), 86_400)), true);
        }
        if (answer.header("X-RateLimit-Remaining").equals("0") && number(answer, "X-RateLimit-Reset") >= 0) {
            return limited(reset(answer, now), false);
        }
        return answer.status() == 429 ? limited(now.plus(AT_LEAST), true) : null;
    }

    private RateLimited limited(Instant until, boolean secondary) {
        Instant latest = clock.instant().plus(AT_MOST);
        return new RateLimited(until.isAfter(latest) ? latest : until, secondary);
    }

    private static Instant reset(Wire.Answer answer, Instant otherwise) {
        try {
            return Instant.ofEpochSecond(number(answer, "X-RateLimit-Reset"));
        } catch (DateTimeException e) {
            return otherwise.plus(AT_LEAST);
        }
    }

    /** GitHub hides what a token may not see: its absence may be a lack of scopes. */
    private static Failure missing(Wire.Answer answer, String path) {
        MissingScopes scopes = scopes(answer);
        return scopes != null ? scopes : new NotFound(path.replaceFirst("\\?.*", ""));
    }

    /** Any of the accepted scopes is enough. Tokens of GitHub apps have permissions instead, and no such header. */
    private static @Nullable MissingScopes scopes(Wire.Answer answer) {
        if (answer.headers().firstValue("X-OAuth-Scopes").isEmpty()) {
            return null;
        }
        Set<String> accepted = names(answer.header("X-Accepted-OAuth-Scopes"));
        Set<String> granted = names(answer.header("X-OAuth-Scopes"));
        return accepted.isEmpty() || granted.stream().anyMatch(accepted::contains)
                ? null
                : new MissingScopes(accepted, granted);
    }

    /** Scopes as a header or an answer lists them. */
    static Set<String> names(String list) {
        return Arrays.stream(list.split("[,\\s]+"))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** GitHub's own words, with what it says about single fields. */
    private static String said(Wire.Answer answer) {
        try {
            JsonNode body = GitHubClient.JSON.readTree(answer.content());
            StringBuilder said = new StringBuilder(body.path("message").asText("status " + answer.status()));
            for (JsonNode error : body.path("errors")) {
                String message = error.isTextual()
                        ? error.asText()
                        : error.path("message").asText("");
                said.append(message.isEmpty() ? "" : " (" + message + ")");
            }
            return said.length() > 500 ? said.substring(0, 500) : said.toString();
        } catch (IOException e) {
            return "status " + answer.status();
        }
    }

    /** A header's whole number; -1 where it has none. */
    private static long number(Wire.Answer answer, String header) {
        String text = answer.header(header);
        return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : -1;
    }
}
