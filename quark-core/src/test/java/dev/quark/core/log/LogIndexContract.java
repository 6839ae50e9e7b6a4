package dev.quark.core.log;

import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.REPOSITORY;
import static dev.quark.core.testing.Samples.config;
import static dev.quark.core.testing.Samples.pending;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.log.LogIndex.Hit;
import dev.quark.core.log.LogIndex.Page;
import dev.quark.core.log.LogIndex.Place;
import dev.quark.core.log.LogIndex.Request;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.Stores;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link LogIndex} does. */
public abstract class LogIndexContract {

    private static final RepositoryName OTHER = new RepositoryName("octo-org/octo.repo_2");

    private final DeploymentConfig config = config(REPOSITORY, "production");
    private final DeploymentConfig other = config(OTHER, "production");
    private Stores stores;
    private LogIndex index;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        index = stores.logIndex();
        stores.configs().add(config);
        stores.configs().add(other);
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    private Deployment running(DeploymentConfig of) {
        Deployment added = pending(of, Trigger.PUSH);
        stores.deployments().add(added);
        return stores.queue().claim("node", NOW).orElseThrow();
    }

    private void end(Deployment running) {
        DeploymentState.InProgress state = (DeploymentState.InProgress) running.state();
        assertTrue(stores.deployments().transition(running.id(), state, state.complete(NOW.plusSeconds(600))));
    }

    private void print(Deployment of, Instant at, String... texts) {
        long seq = stores.logs().end(of.id().log()).lastSeq();
        List<LogLine> lines = new ArrayList<>();
        for (String text : texts) {
            lines.add(new LogLine(++seq, at, LogStream.STDOUT, text));
        }
        stores.logs().append(new LogBatch(of.id().log(), lines, new SpoolPosition(seq, 0)));
    }

    /** A deployment that has printed some lines and ended. */
    private Deployment printed(DeploymentConfig of, Instant at, String... texts) {
        Deployment deployment = running(of);
        print(deployment, at, texts);
        end(deployment);
        return deployment;
    }

    private void takeInAll() {
        int steps = 0;
        while (index.takeIn()) {
            assertTrue(++steps < 1000, "it never ends");
        }
    }

    private Page search(String text, int limit, @Nullable Place before) {
        return index.search(new Request(SearchText.parse(text), null, null, null, limit, before));
    }

    private List<String> found(String text) {
        return texts(search(text, 100, null));
    }

    private static List<String> texts(Page page) {
        return page.hits().stream().map(hit -> hit.line().text()).toList();
    }

    @Test
    void findsALineOfALogThatHasEndedWithTheLinesAroundIt() {
        Deployment deployment = running(config);
        print(deployment, NOW, "one", "two");
        print(deployment, NOW.plusMillis(5), "three", "the server said: Connection refused (111)", "five");
        print(deployment, NOW.plusMillis(9), "six", "seven", "eight");
        takeInAll();
        assertEquals(List.of(), found("connection"));
        end(deployment);
        takeInAll();
        Hit hit = search("refused", 10, null).hits().getFirst();
        assertEquals(deployment.id().log(), hit.log());
        assertEquals(4, hit.line().seq());
        assertEquals(NOW.plusMillis(5), hit.line().at());
        assertEquals(
                List.of("two", "three"),
                hit.before().stream().map(LogLine::text).toList());
        assertEquals(
                List.of("five", "six"), hit.after().stream().map(LogLine::text).toList());
        assertEquals(List.of(), search("one", 10, null).hits().getFirst().before());
        assertEquals(List.of(), search("eight", 10, null).hits().getFirst().after());
        assertFalse(index.takeIn());
    }

    @Test
    void aLineHasToHaveAllWordsAndPhrases() {
        printed(
                config,
                NOW,
                "GET /index.html 404 in 12 ms",
                "error: no space left on device",
                "left: space",
                "\u001b[31mFAILED\u001b[0m tests/Größe.test.js:42",
                "tests failed");
        takeInAll();
        assertEquals(List.of("left: space", "error: no space left on device"), found("space LEFT"));
        assertEquals(List.of("error: no space left on device"), found("\"space left\""));
        assertEquals(List.of("error: no space left on device"), found("error \"left on\" no"));
        assertEquals(List.of("GET /index.html 404 in 12 ms"), found("/index.html"));
        assertEquals(1, found("failed größe.test.js:42").size());
        assertEquals(2, found("failed").size());
        assertEquals(List.of(), found("spac"));
        assertEquals(List.of(), found("space tests"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NEAR(a b)",
                "a OR b",
                "a* AND -b",
                "words:a",
                "^a",
                "a & b | !c",
                "(((",
                "{a} + b",
                "'a' b:*",
                "\\'a",
                "NOT a"
            })
    void whatIsSyntaxForADatabaseIsTextHere(String text) {
        printed(config, NOW, "before " + text + " after", "nothing");
        takeInAll();
        if (text.equals("(((")) {
            return;
        }
        assertEquals(List.of("before " + text + " after"), found(text));
    }

    @Test
    void theNewestComeFirstAndPagesHaveEachOnce() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Deployment deployment = running(i % 2 == 0 ? config : other);
            for (int batch = 0; batch < 3; batch++) {
                Instant at = NOW.plusSeconds(i * 10L + batch);
                print(deployment, at, "needle " + i + batch + "a", "hay", "needle " + i + batch + "b");
                expected.add("needle " + i + batch + "a");
                expected.add("needle " + i + batch + "b");
            }
            end(deployment);
        }
        takeInAll();
        List<String> got = new ArrayList<>();
        Page page = search("needle", 5, null);
        while (page.next() != null) {
            assertTrue(page.hits().size() <= 5);
            got.addAll(texts(page));
            page = search("needle", 5, Place.parse(page.next().toString()));
        }
        got.addAll(texts(page));
        assertEquals(expected.reversed(), got);
    }

    @Test
    void looksInOneRepositoryOrTimeAlone() {
        printed(config, NOW, "needle 1");
        printed(other, NOW.plusSeconds(10), "needle 2");
        printed(config, NOW.plusSeconds(20), "needle 3", "octo org octo repo");
        takeInAll();
        SearchText needle = SearchText.parse("needle");
        assertEquals(
                List.of("needle 3", "needle 1"),
                texts(index.search(
                        new Request(needle, new RepositoryName("Octo-Org/octo-repo"), null, null, 9, null))));
        assertEquals(List.of("needle 2"), texts(index.search(new Request(needle, OTHER, null, null, 9, null))));
        assertEquals(
                List.of(),
                texts(index.search(new Request(needle, new RepositoryName("octo-org/octo"), null, null, 9, null))));
        Instant middle = NOW.plusSeconds(10);
        assertEquals(
                List.of("needle 3", "needle 2"), texts(index.search(new Request(needle, null, middle, null, 9, null))));
        assertEquals(
                List.of("needle 2", "needle 1"), texts(index.search(new Request(needle, null, null, middle, 9, null))));
        assertEquals(List.of("needle 2"), texts(index.search(new Request(needle, null, middle, middle, 9, null))));
        assertEquals(List.of(), texts(index.search(new Request(needle, null, Instant.MAX, Instant.MIN, 9, null))));
    }

    @Test
    void aLongLogIsTakenInByStepsThatCanBeRepeated() {
        Deployment deployment = running(config);
        for (int i = 1; i <= 150; i++) {
            print(deployment, NOW.plusMillis(i / 10), "batch" + i + " common");
        }
        end(deployment);
        takeInAll();
        assertEquals(List.of("batch1 common"), found("batch1"));
        assertEquals(List.of("batch150 common"), found("batch150"));
        assertEquals(100, found("common").size());
        Page first = search("common", 100, null);
        assertNotNull(first.next());
        Page second = search("common", 100, first.next());
        assertEquals(50, second.hits().size());
        assertNull(second.next());
        assertEquals("batch1 common", second.hits().getLast().line().text());
    }

    @Test
    void wordsOfAnyLengthAndWritingAreFound() {
        String blob = "a9".repeat(3000);
        printed(config, NOW, blob, "Ünïcode Ελλάδα हिन्दी 日本語 x", "𝔘𝔫𝔦 nul:\0end");
        takeInAll();
        for (String word : List.of("ünïcode", "ελλάδα", "हिन्दी", "日本語", "𝔘𝔫𝔦", "end")) {
            assertEquals(1, found(word).size(), word);
        }
        assertEquals(List.of(), found("a9".repeat(100)));
    }

    @Test
    void linesThatGoCantBeFoundAnyMore() {
        Deployment deleted = printed(config, NOW, "needle 1");
        printed(config, NOW.minusSeconds(1000), "needle 2");
        printed(config, NOW, "needle 3");
        takeInAll();
        assertEquals(3, found("needle").size());
        stores.deployments().remove(deleted.id());
        assertEquals(List.of("needle 3", "needle 2"), found("needle"));
        while (stores.logs().prune(NOW.minusSeconds(500), 1000)) {
            // There is more to remove.
        }
        assertEquals(List.of("needle 3"), found("needle"));
    }

    @Test
    void aLogThatIsGoneBeforeItCouldBeTakenInIsPassed() {
        Deployment deleted = printed(config, NOW, "needle 1");
        printed(config, NOW.plusSeconds(1), "needle 2");
        stores.deployments().remove(deleted.id());
        takeInAll();
        assertEquals(List.of("needle 2"), found("needle"));
    }
}
