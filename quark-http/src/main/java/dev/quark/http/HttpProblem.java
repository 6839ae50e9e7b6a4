package dev.quark.http;

import java.util.Map;

/** A request that HTTP itself has words for: its status, a sentence, and headers that belong to it. */
final class HttpProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, String> headers;

    HttpProblem(int status, String detail) {
        this(status, detail, Map.of());
    }

    HttpProblem(int status, String detail, Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.headers = headers;
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }
}
