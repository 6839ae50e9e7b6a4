package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What of a request may be logged: what is known to be harmless, and nothing else. Members of JSON are kept by their names,
 * and a text only where the request succeeded: what it names is then stored in clear elsewhere, while a text that was refused
 * may be anything, a secret in the wrong place included.
 */
final class Redaction {

    static final String MASK = "***";

    /** The members that are kept; those of objects and arrays among them too. */
    private static final Set<String> KEPT = Set.of(
            // Whose.
            ("id repo_id config_id deployment_id deployment_ids event_id hook_id repo_full_name branch name username role"
                            + " scope user node release rollback_of triggered_by"
                            // What.
                            + " status state action method trigger manual_trigger commit_sha auto_deploy require_checks"
                            + " timeout_seconds keep_releases working_directory deployment_triggered token_type"
                            + " service instances hosts path_prefix strip_prefix health_check interval_ms drain_seconds"
                            + " stop_seconds watch_seconds watch_max_failure_percent phase phases waiting_for github"
                            + " active events configs errors title type"
                            // How much and when.
                            + " queue_position exit_code duration_ms cutover requests failed p99_ms expires_in"
                            + " created_at updated_at started_at completed_at expires_at last_used_at checks_until"
                            + " next_attempt_at received_at at")
                    .split(" "));

    /** Members that are shown to be there, but not what is in them. */
    private static final Set<String> MASKED = Set.of(
            ("password token access_token csrf_token secret value environment_variables plain_variables deploy_command"
                            + " start_command clone_url login_url payload headers message detail")
                    .split(" "));

    private static final Set<String> QUERY = Set.of(
            ("limit offset before after status branch repo_full_name method path name follow batch reveal environment force"
                            + " all from to")
                    .split(" "));

    private static final int LONGEST = 200;

    private static final Pattern HARMLESS =
            Pattern.compile("[0-9]{1,19}|true|false|pending|in_progress|completed|failed|cancelled"
                    + "|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
                    + "|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}Z");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** What tokens look like: by their beginnings, and by what nobody would call something. */
    private static final Pattern TOKEN =
            Pattern.compile("(?i)(bearer|basic)\\s+\\S+|\\bgh[a-z]_\\w+|github_pat_\\w+|qk_[\\w-]+"
                    + "|eyJ[\\w-]+[\\w.-]*|(?=[A-Za-z+]*[0-9])(?=[0-9+]*[A-Za-z])[A-Za-z0-9+]{20,}");

    private Redaction() {}

    /** Whether a parameter of the query may be logged. */
    static boolean isKeptQuery(String name) {
        return QUERY.contains(name);
    }

    /** A text that a client chose. */
    static String text(String text) {
        String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return TOKEN.matcher(shown).replaceAll(MASK);
    }

    /** A value by its name's own merits. */
    static String value(String name, String text, boolean succeeded) {
        if (HARMLESS.matcher(text).matches()
                || (name.equals("commit_sha") && COMMIT.matcher(text).matches())) {
            return text;
        }
        return succeeded ? text(text) : MASK;
    }

    /**
     * A path: the template, in whose places is what may be shown.
     *
     * @param path as it was asked for
     */
    static String path(String template, String path, boolean succeeded) {
        String[] names = template.split("/", -1);
        String[] values = path.split("/", -1);
        if (names.length != values.length) {
            return template;
        }
        for (int i = 0; i < names.length; i++) {
            if (names[i].startsWith("{")) {
                String shown = value("", values[i], succeeded);
                names[i] = shown.equals(values[i]) ? shown : names[i];
            }
        }
        return String.join("/", names);
    }

    /**
     * What of a document may be shown, as JSON. One that breaks off is shown as far as it goes.
     *
     * @param isAnswer whether the server wrote it, and not a client
     */
    static String document(byte[] document, boolean succeeded, boolean isAnswer) {
        StringWriter shown = new StringWriter();
        // Closing the generator closes what the document left open.
        try (JsonParser in = Json.FACTORY.createParser(document);
                JsonGenerator out = Json.FACTORY.createGenerator(shown)) {
            copy(new Copy(in, out, succeeded, isAnswer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return shown.getBuffer().isEmpty() ? "null" : shown.toString();
    }

    private static void copy(Copy copy) throws IOException {
        try {
            if (copy.in.nextToken() != null) {
                copy.value("");
            }
        } catch (JsonProcessingException e) {
            // It ends here: the rest wasn't kept, or is no JSON.
        }
    }

    /** Copies a document without what may not be shown. Nothing is written before it is read: the document may break off. */
    private record Copy(JsonParser in, JsonGenerator out, boolean succeeded, boolean isAnswer) {

        /** @param name of the member that the value belongs to */
        void value(String name) throws IOException {
            switch (in.currentToken()) {
                case START_OBJECT -> object();
                case START_ARRAY -> array(name);
                default -> scalar(name);
            }
        }

        private void object() throws IOException {
            out.writeStartObject();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                JsonToken token = in.nextToken();
                if (KEPT.contains(name)) {
                    if (token.isScalarValue()) {
                        in.getText();
                    }
                    out.writeFieldName(name);
                    value(name);
                } else {
                    if (MASKED.contains(name)) {
                        out.writeStringField(name, MASK);
                    }
                    in.skipChildren();
                }
            }
            out.writeEndObject();
        }

        private void array(String name) throws IOException {
            out.writeStartArray();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                value(name);
            }
            out.writeEndArray();
        }

        private void scalar(String name) throws IOException {
            String text = in.getText();
            switch (in.currentToken()) {
                case VALUE_STRING -> out.writeString(text(name, text));
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(text);
                default -> out.copyCurrentEvent(in);
            }
        }

        private String text(String name, String text) {
            boolean isServers = isAnswer && (name.equals("title") || name.equals("type"));
            return isServers ? text : Redaction.value(name, text, succeeded);
        }
    }
}
