package dev.quark.core.requestlog;

import org.jspecify.annotations.Nullable;

/**
 * Which requests; null takes all.
 *
 * @param method with this HTTP method
 * @param endpoint of the route with this template
 * @param path with this path
 * @param status with this status
 */
public record RequestFilter(
        @Nullable String method,
        @Nullable String endpoint,
        @Nullable String path,
        @Nullable Integer status) {

    /** All of them. */
    public static final RequestFilter ALL = new RequestFilter(null, null, null, null);

    /** Whether an entry is one of them. */
    public boolean matches(RequestEntry entry) {
        return (method == null || method.equals(entry.method()))
                && (endpoint == null || endpoint.equals(entry.endpoint()))
                && (path == null || path.equals(entry.path()))
                && (status == null || status == entry.status());
    }
}
