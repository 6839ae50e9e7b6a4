package dev.quark.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.Broken;
import dev.quark.core.codehost.HostBranch;
import dev.quark.core.codehost.HostCommit;
import dev.quark.core.codehost.HostHook;
import dev.quark.core.codehost.HostRepository;
import dev.quark.core.codehost.HostUser;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** GitHub's documents as the core's records. */
final class Answers {

    private Answers() {}

    /** @throws CodeHostException where the document lacks something that GitHub promises */
    static <T> T read(JsonNode document, Function<JsonNode, T> reader) {
        try {
            return reader.apply(document);
        } catch (InvalidException | DateTimeException e) {
            throw new CodeHostException(new Broken("its answer is not what its description promises"), e);
        }
    }

    static <T> List<T> all(Iterable<JsonNode> documents, Function<JsonNode, T> reader) {
        return StreamSupport.stream(documents.spliterator(), false)
                .map(document -> read(document, reader))
                .toList();
    }

    static HostUser user(JsonNode user) {
        return new HostUser(
                number(user, "id"),
                text(user, "login"),
                optional(user, "name"),
                optional(user, "email"),
                optional(user, "avatar_url"),
                text(user, "html_url"));
    }

    static HostRepository repository(JsonNode repository) {
        return new HostRepository(
                number(repository, "id"),
                new RepositoryName(text(repository, "full_name")),
                optional(repository, "description"),
                repository.path("private").asBoolean(),
                repository.path("archived").asBoolean(),
                repository.path("permissions").path("admin").asBoolean(),
                text(repository, "default_branch"),
                text(repository, "html_url"),
                time(repository, "pushed_at"));
    }

    static HostBranch branch(JsonNode branch) {
        return new HostBranch(
                text(branch, "name"),
                new CommitSha(text(branch.path("commit"), "sha")),
                branch.path("protected").asBoolean());
    }

    static HostCommit commit(JsonNode commit) {
        JsonNode inner = commit.path("commit");
        return new HostCommit(
                new Commit(
                        new CommitSha(text(commit, "sha")),
                        optional(inner, "message"),
                        optional(inner.path("author"), "name")),
                optional(commit.path("author"), "login"),
                time(inner.path("committer"), "date"),
                text(commit, "html_url"));
    }

    static HostHook hook(JsonNode hook) {
        Set<String> events = new HashSet<>();
        hook.path("events").forEach(event -> events.add(event.asText()));
        JsonNode config = hook.path("config");
        return new HostHook(
                number(hook, "id"),
                config.path("url").asText(""),
                config.path("content_type").asText("form"),
                events,
                hook.path("active").asBoolean(),
                config.path("insecure_ssl").asText("0").equals("1"));
    }

    static String text(JsonNode object, String member) {
        JsonNode value = object.path(member);
        if (!value.isTextual()) {
            throw new InvalidException(member, "is missing");
        }
        return value.asText();
    }

    private static long number(JsonNode object, String member) {
        JsonNode value = object.path(member);
        if (!value.canConvertToLong() || !value.isIntegralNumber()) {
            throw new InvalidException(member, "is missing");
        }
        return value.asLong();
    }

    private static @Nullable String optional(JsonNode object, String member) {
        JsonNode value = object.path(member);
        return value.isTextual() ? value.asText() : null;
    }

    private static @Nullable Instant time(JsonNode object, String member) {
        String text = optional(object, member);
        return text == null ? null : Instant.parse(text);
    }
}
