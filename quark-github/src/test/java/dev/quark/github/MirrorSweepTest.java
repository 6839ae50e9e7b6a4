package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quark.core.source.CloneUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mirrors that nobody uses any more don't fill the disk for ever. */
class MirrorSweepTest extends GitCheckoutTest {

    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant THEN = Instant.parse("2020-03-01T00:00:00Z");

    private CloneUrl url;
    private int releases;

    @BeforeEach
    void make() throws Exception {
        Path bare = git.bare();
        url = RealGit.url(bare);
        git.push(bare, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        checkOut();
    }

    private void checkOut() throws Exception {
        checkedOut(url, MAIN, null, folder.resolve("release-" + ++releases));
    }

    private List<Path> mirrors() throws Exception {
        try (Stream<Path> all = Files.list(data.resolve("mirrors"))) {
            return all.toList();
        }
    }

    /** As if the last use had been long ago, by an earlier process. */
    private void age() throws Exception {
        reopen();
        for (Path mirror : mirrors()) {
            Files.setLastModifiedTime(mirror, FileTime.from(LONG_AGO));
        }
    }

    @Test
    void oneThatNoConfigNamesAndNobodyUsedForLongIsRemovedAndMadeAgainWhenItIsNeeded() throws Exception {
        age();
        sources.sweepMirrors(List.of(), THEN);
        assertEquals(List.of(), mirrors());
        checkOut();
        assertEquals(1, mirrors().size());
    }

    @Test
    void oneThatAConfigNamesOrThatWasUsedLatelyOrIsInUseIsKept() throws Exception {
        List<Path> all = mirrors();
        age();
        sources.sweepMirrors(List.of(url), THEN);
        assertEquals(all, mirrors());
        sources.sweepMirrors(List.of(), LONG_AGO);
        assertEquals(all, mirrors());
        checkOut();
        for (Path mirror : all) {
            Files.setLastModifiedTime(mirror, FileTime.from(LONG_AGO));
        }
        sources.sweepMirrors(List.of(), THEN);
        assertEquals(all, mirrors());
    }

    @Test
    void aUseIsNotedAlsoWhereNothingIsFetched() throws Exception {
        age();
        checkOut();
        reopen();
        sources.sweepMirrors(List.of(), THEN);
        assertEquals(1, mirrors().size());
    }

    @Test
    void whatAKillLeftHalfRemovedIsRemoved() throws Exception {
        Path mirror = mirrors().get(0);
        reopen();
        Files.move(mirror, mirror.resolveSibling("unused-" + mirror.getFileName()));
        sources.sweepMirrors(List.of(), THEN);
        assertEquals(List.of(), mirrors());
    }
}
