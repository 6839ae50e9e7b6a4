package dev.quark.core.webhook;

import dev.quark.core.problem.InvalidException;
import dev.quark.core.source.RepositoryName;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One call of the webhook, as it came. Its signature was right.
 *
 * @param id GitHub's {@code X-GitHub-Delivery}, a GUID; a redelivery has the same
 * @param event GitHub's {@code X-GitHub-Event}, such as {@code push}
 * @param repository the repository it is about; null where it names none
 * @param receivedAt when it came
 * @param headers the headers that GitHub's documentation names, for a later look; no credentials
 * @param payload the body, byte for byte
 * @see <a href="https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers">Delivery headers</a>
 */
public record Delivery(
        String id,
        String event,
        @Nullable RepositoryName repository,
        Instant receivedAt,
        Map<String, String> headers,
        byte[] payload) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,100}");
    private static final Pattern EVENT = Pattern.compile("[a-z0-9_]{1,100}");

    /** @throws InvalidException for an id or an event that GitHub wouldn't send */
    public Delivery {
        if (!ID.matcher(id).matches()) {
            throw new InvalidException("X-GitHub-Delivery", "must be 1 to 100 letters, digits and hyphens");
        }
        if (!EVENT.matcher(event).matches()) {
            throw new InvalidException("X-GitHub-Event", "must be the name of an event, such as push");
        }
        headers = Map.copyOf(headers);
    }
}
