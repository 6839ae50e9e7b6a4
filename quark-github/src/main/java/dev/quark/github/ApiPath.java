package dev.quark.github;

import dev.quark.core.source.RepositoryName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Paths and queries of the REST API, each part encoded. */
final class ApiPath {

    private ApiPath() {}

    /** {@code /repos/owner/name}, and further parts. */
    static String of(RepositoryName repository, Object... parts) {
        StringBuilder path = new StringBuilder("/repos/").append(repository.value());
        for (Object part : parts) {
            path.append('/').append(encoded(part.toString()));
        }
        return path.toString();
    }

    /** A part of a path, or a value of a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
