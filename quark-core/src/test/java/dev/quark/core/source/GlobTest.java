package dev.quark.core.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.InvalidException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "main, main, true",
        "main, maine, false",
        "release/*, release/1.0, true",
        "release/*, release/1.0/hotfix, false",
        "release/**, release/1.0/hotfix, true",
        "release/**, release, false",
        "*, main, true",
        "*, a/b, false",
        "**, a/b/c, true",
        "v?.?, v1.2, true",
        "v?.?, v1.22, false",
        "src/**/*.java, src/A.java, true",
        "src/**/*.java, src/a/b/A.java, true",
        "src/**/*.java, srcs/A.java, false",
        "**/README.md, README.md, true",
        "**/README.md, docs/README.md, true",
        "**/README.md, docs/XREADME.md, false",
        "docs/**, docs/a, true",
        "*.md, README.md, true",
        "*.md, docs/README.md, false",
        "a.c, abc, false",
        "a[b]c, a[b]c, true",
        "a+(b), a+(b), true",
    })
    void matches(String glob, String path, boolean expected) {
        assertEquals(expected, new Glob(glob).matches(path));
    }

    @Test
    void aHostileGlobIsNoWork() {
        String glob = "*a".repeat(60) + "*b";
        assertFalse(new Glob(glob).matches("a".repeat(250)));
        assertTrue(new Glob(glob).matches("a".repeat(249) + "b"));
    }

    @Test
    void theLastFilterThatMatchesAFileDecides() {
        PathFilters filters = new PathFilters(List.of("src/**", "!src/docs/**", "src/docs/api.md"));
        assertTrue(filters.touchedBy(List.of("src/a.c")));
        assertFalse(filters.touchedBy(List.of("src/docs/x.md", "README.md")));
        assertTrue(filters.touchedBy(List.of("src/docs/api.md")));
    }

    @Test
    void filtersThatOnlyExcludeLetAllElseIn() {
        PathFilters filters = new PathFilters(List.of("!docs/**", "!*.md"));
        assertTrue(filters.touchedBy(List.of("docs/a", "src/a")));
        assertFalse(filters.touchedBy(List.of("docs/a", "README.md")));
        assertFalse(filters.touchedBy(List.of()));
    }

    @Test
    void noFilterMeansEveryPush() {
        assertTrue(PathFilters.ALL.touchedBy(List.of()));
    }

    @ParameterizedTest
    @CsvSource({"''", "!", "/abs/**"})
    void refusesGlobsThatCouldMatchNothing(String glob) {
        assertThrows(InvalidException.class, () -> new PathFilters(List.of(glob)));
    }
}
