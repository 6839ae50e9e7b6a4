package dev.quark.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.webhook.Push;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what matters of a delivery's payload, token by token; the rest is passed over. A payload is not to be trusted even
 * where its signature is right: whoever pushes writes much of it.
 */
final class PushReader {

    /** GitHub lists at most so many commits of a push. */
    private static final int MOST_COMMITS = 2048;

    private @Nullable String repository;
    private @Nullable String ref;
    private boolean deleted;
    private boolean created;
    private boolean forced;
    private @Nullable String headId;
    private @Nullable String headMessage;
    private @Nullable String headAuthor;
    private @Nullable String pusher;
    private @Nullable String sender;
    private @Nullable String checked;
    private final Set<String> files = new HashSet<>();
    private int commits;

    private PushReader() {}

    /** @throws HttpProblem where the payload is no JSON object, or a member that matters is of the wrong type */
    static PushReader read(byte[] payload) {
        PushReader reader = new PushReader();
        try (JsonParser json = Json.FACTORY.createParser(payload)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new HttpProblem(400, "The payload must be a JSON object.");
            }
            reader.payload(json);
            if (json.nextToken() != null) {
                throw new HttpProblem(400, "The payload goes on behind its JSON object.");
            }
            return reader;
        } catch (JsonProcessingException e) {
            throw new HttpProblem(400, "The payload is not valid JSON, or nested too deep.");
        } catch (IOException e) {
            throw new HttpProblem(400, "The payload is not valid JSON.");
        }
    }

    /** The repository that the payload is about; null where it names none, or none that can be. */
    @Nullable
    RepositoryName repository() {
        try {
            return repository == null ? null : new RepositoryName(repository);
        } catch (InvalidException e) {
            return null;
        }
    }

    /** The commit whose checks the payload is about; null where it is about none. */
    @Nullable
    CommitSha checked() {
        try {
            return checked == null ? null : new CommitSha(checked);
        } catch (InvalidException e) {
            return null;
        }
    }

    /** What a push's payload says. */
    Push push() {
        if (repository == null || ref == null) {
            throw new HttpProblem(400, "A push names its ref and its repository.full_name; this payload doesn't.");
        }
        try {
            String id = headId;
            boolean known = !created && !forced && commits > 0 && commits < MOST_COMMITS;
            return new Push(
                    new RepositoryName(repository),
                    ref,
                    deleted,
                    id == null ? null : new Commit(new CommitSha(id), headMessage, headAuthor),
                    known ? files : Set.of(),
                    known,
                    pusher != null ? pusher : sender != null ? sender : "github");
        } catch (InvalidException e) {
            throw new HttpProblem(400, "The payload is not that of a push: " + e.getMessage() + ".");
        }
    }

    private void payload(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "ref" -> ref = text(json);
                case "deleted" -> deleted = flag(json);
                case "created" -> created = flag(json);
                case "forced" -> forced = flag(json);
                case "repository" -> repository = textIn(json, "full_name");
                case "pusher" -> pusher = textIn(json, "name");
                case "sender" -> sender = textIn(json, "login");
                case "sha" -> checked = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : checked;
                case "check_suite", "check_run", "workflow_run" -> checked(json);
                case "head_commit" -> head(json);
                case "commits" -> commits(json);
                default -> json.skipChildren();
            }
        }
    }

    private void checked(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            checked = textIn(json, "head_sha");
        } else {
            json.skipChildren();
        }
    }

    private void head(JsonParser json) throws IOException {
        if (!begins(json, JsonToken.START_OBJECT)) {
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "id" -> headId = text(json);
                case "message" -> headMessage = text(json);
                case "author" -> headAuthor = textIn(json, "name");
                default -> json.skipChildren();
            }
        }
    }

    private void commits(JsonParser json) throws IOException {
        if (!begins(json, JsonToken.START_ARRAY)) {
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            commits++;
            if (!begins(json, JsonToken.START_OBJECT)) {
                continue;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "added", "modified", "removed" -> files(json);
                    default -> json.skipChildren();
                }
            }
        }
    }

    private void files(JsonParser json) throws IOException {
        if (!begins(json, JsonToken.START_ARRAY)) {
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            String file = text(json);
            if (file != null) {
                files.add(file);
            }
        }
    }

    /** The text of one member of an object; null where it has none. Only a push has to have the right types. */
    private static @Nullable String textIn(JsonParser json, String member) throws IOException {
        if (!begins(json, JsonToken.START_OBJECT)) {
            return null;
        }
        String text = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = member.equals(json.currentName());
            json.nextToken();
            if (wanted) {
                text = text(json);
            } else {
                json.skipChildren();
            }
        }
        return text;
    }

    private static @Nullable String text(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_STRING -> json.getText();
            case VALUE_NULL -> null;
            default -> throw wrong(json, "a string");
        };
    }

    private static boolean flag(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            default -> throw wrong(json, "true or false");
        };
    }

    /** Whether a value of the right type begins here; false for null. */
    private static boolean begins(JsonParser json, JsonToken type) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return false;
        }
        if (json.currentToken() != type) {
            throw wrong(json, type == JsonToken.START_OBJECT ? "an object" : "an array");
        }
        return true;
    }

    private static HttpProblem wrong(JsonParser json, String expected) {
        String path = json.getParsingContext().pathAsPointer().toString();
        return new HttpProblem(
                400,
                "The payload's " + (path.length() > 100 ? path.substring(0, 100) + "…" : path) + " must be " + expected
                        + ".");
    }
}
