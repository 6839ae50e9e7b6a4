package dev.quark.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.InvalidException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingValuesTest {

    @ParameterizedTest
    @ValueSource(strings = {"app.example.com", "localhost", "*.example.com", "*", "10.0.0.1", "xn--bcher-kva.example"})
    void takesHosts(String host) {
        assertEquals(host, new HostPattern(host).value());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "app.example.com:80",
                "http://a",
                "a/b",
                "*.*",
                "a.*",
                "**",
                ".a",
                "a.",
                "-a",
                "bücher"
            })
    void refusesWhatIsNoHost(String host) {
        assertThrows(InvalidException.class, () -> new HostPattern(host));
    }

    @Test
    void hostsHaveNoCase() {
        assertEquals(new HostPattern("app.example.com"), new HostPattern("App.Example.COM"));
    }

    @Test
    void aWildcardHasAllBelowAHostButNotTheHost() {
        HostPattern pattern = new HostPattern("*.example.com");
        assertTrue(pattern.matches("a.example.com"));
        assertTrue(pattern.matches("a.b.example.com"));
        assertFalse(pattern.matches("example.com"));
        assertFalse(pattern.matches("badexample.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "api", "/a//b", "/a/../b", "/..", "/.", "/a b", "/%61", "/a?b", "/a#b", "//", "/\\"})
    void refusesWhatIsNoPrefix(String path) {
        assertThrows(InvalidException.class, () -> new PathPrefix(path));
    }

    @Test
    void aSlashAtTheEndOfAPrefixMeansNothing() {
        assertEquals(new PathPrefix("/api"), new PathPrefix("/api/"));
        assertEquals(PathPrefix.ROOT, new PathPrefix("/"));
    }

    @ParameterizedTest
    @CsvSource({"/, /, /", "/, /a/b, /a/b", "/api, /api, /", "/api, /api/, /", "/api, /api/v1, /v1", "/a, /a//b, //b"})
    void stripsPrefixes(String prefix, String path, String rest) {
        assertTrue(new PathPrefix(prefix).matches(path));
        assertEquals(rest, new PathPrefix(prefix).strip(path));
    }

    @ParameterizedTest
    @CsvSource({"/api, /apis", "/api, /ap", "/api, /", "/api/v1, /api"})
    void aPrefixEndsWithAPartOfThePath(String prefix, String path) {
        assertFalse(new PathPrefix(prefix).matches(path));
    }
}
