package dev.quark.github;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.Broken;
import dev.quark.core.codehost.CodeHostException.Failure;
import dev.quark.core.codehost.CodeHostException.RateLimited;
import dev.quark.core.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * GitHub's REST API. What it answered before isn't transferred again while it hasn't changed, and costs no quota then; who
 * was told to wait isn't asked before that. Paths begin with {@code /} and are encoded already, see {@link ApiPath}. Whatever
 * goes wrong is a {@link CodeHostException}. Tokens are never logged. Safe for use by many threads.
 *
 * @see <a href="https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api">Best
 *     practices</a>
 */
final class GitHubClient {

    static final JsonMapper JSON = new JsonMapper();

    private static final System.Logger LOG = System.getLogger(GitHubClient.class.getName());

    /** So many pages are followed, of 100 each: an end for a list that leads in circles. */
    private static final int MOST_PAGES = 500;

    private static final int MOST_REDIRECTS = 3;
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;[^,]*\\brel=\"?next\"?");

    private final String api;
    private final Wire wire;
    private final Failures failures;
    private final Limits limits;
    private final KnownAnswers known = new KnownAnswers();

    /** @param api the base of the API's URLs, such as {@code https://api.github.com} */
    GitHubClient(String api, Wire wire, Clock clock) {
        this.api = api;
        this.wire = wire;
        this.failures = new Failures(clock);
        this.limits = new Limits(clock);
    }

    /**
     * What is at a path.
     *
     * @param token whose eyes to look with; null for a stranger's
     */
    JsonNode get(@Nullable Secret token, String path) {
        return look(token, api + path, path).body();
    }

    /**
     * All elements of a list, page after page; of each page no more is kept than what is read of it.
     *
     * @param path with {@code per_page=100} in its query
     * @param member where a page is an object: the member that holds the elements; null where it is the list itself
     * @param reader makes of an element what is wanted
     */
    <T> List<T> list(@Nullable Secret token, String path, @Nullable String member, Function<JsonNode, T> reader) {
        List<T> all = new ArrayList<>();
        String url = api + path;
        for (int page = 0; url != null; page++) {
            if (page == MOST_PAGES) {
                LOG.log(System.Logger.Level.WARNING, "GitHub lists more than " + all.size() + " at " + path);
                break;
            }
            Page found = look(token, url, path);
            all.addAll(Answers.all(member == null ? found.body() : found.body().path(member), reader));
            url = next(found.answer());
        }
        return all;
    }

    /**
     * Changes something.
     *
     * @param body null for none
     * @return what GitHub says to it; missing where it says nothing
     */
    JsonNode send(String method, Secret token, String path, @Nullable JsonNode body) {
        return body(success(token, path, exchange(method, token, api + path, body)));
    }

    /** Follows GitHub where a repository was renamed, but to no other server: a token is for one alone. */
    private Page look(@Nullable Secret token, String url, String path) {
        String at = url;
        for (int i = 0; i < MOST_REDIRECTS; i++) {
            Wire.Answer answer = lookAt(token, at);
            if (answer.status() != 301 && answer.status() != 302 && answer.status() != 307 && answer.status() != 308) {
                Page page = new Page(answer, body(success(token, path, answer)));
                known.put(KnownAnswers.key(token, at), answer);
                return page;
            }
            at = here(answer.header("Location"));
        }
        throw new CodeHostException(new Broken("it redirects without end"));
    }

    private Wire.Answer lookAt(@Nullable Secret token, String url) {
        limits.check(token);
        Wire.Answer before = known.get(KnownAnswers.key(token, url));
        HttpRequest.Builder request = request(token, url).GET();
        if (before != null) {
            request.header("If-None-Match", before.header("ETag"));
        }
        Wire.Answer answer = wire.send(request);
        return answer.status() == 304 && before != null ? before : answer;
    }

    private Wire.Answer exchange(String method, Secret token, String url, @Nullable JsonNode body) {
        limits.check(token);
        return wire.send(request(token, url)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString())));
    }

    private static HttpRequest.Builder request(@Nullable Secret token, String url) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("Accept", "application/vnd.github+json")
                .header("X-GitHub-Api-Version", "2022-11-28");
        if (token != null) {
            request.header("Authorization", "Bearer " + token.reveal());
        }
        return request;
    }

    private Wire.Answer success(@Nullable Secret token, String path, Wire.Answer answer) {
        if (answer.status() / 100 == 2) {
            return answer;
        }
        Failure failure = failures.of(answer, path);
        if (failure instanceof RateLimited limit) {
            limits.note(token, limit);
        }
        throw new CodeHostException(failure);
    }

    private @Nullable String next(Wire.Answer answer) {
        Matcher next = NEXT.matcher(String.join(", ", answer.headers().allValues("Link")));
        return next.find() ? here(next.group(1)) : null;
    }

    private String here(String url) {
        if (!url.startsWith(api + "/")) {
            throw new CodeHostException(new Broken("it points to another server"));
        }
        try {
            return new URI(url).toString();
        } catch (URISyntaxException e) {
            throw new CodeHostException(new Broken("it points to no address"), e);
        }
    }

    /** An answer that could be read; only such a one is known later. */
    private record Page(Wire.Answer answer, JsonNode body) {}

    private static JsonNode body(Wire.Answer answer) {
        try {
            byte[] content = answer.content();
            return content.length == 0 ? MissingNode.getInstance() : JSON.readTree(content);
        } catch (JsonProcessingException e) {
            // Jackson's words would repeat the answer.
            throw new CodeHostException(new Broken("its answer breaks off, or is no JSON"));
        } catch (IOException e) {
            throw new CodeHostException(new Broken("its answer can't be unpacked"), e);
        }
    }
}
