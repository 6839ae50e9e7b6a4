package dev.quark.core.requestlog;

import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RequestLogStore} does. */
public abstract class RequestLogStoreContract {

    private Stores stores;
    private RequestLogStore log;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        log = stores.requestLog();
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    private List<RequestEntry> fill(int entries) {
        List<RequestEntry> all = new ArrayList<>(IntStream.range(0, entries)
                .mapToObj(i -> request(i, NOW.plusMillis(i)))
                .toList());
        log.add(all);
        return all;
    }

    @Test
    void keepsEntriesAsTheyAre() {
        RequestEntry full = new RequestEntry(
                Samples.id(),
                NOW,
                "PATCH",
                "/deploy/configs/{id}",
                "/deploy/configs/żółw 😀",
                422,
                Duration.ofNanos(98_765_432_000L),
                new RequestEntry.Client("2001:db8::1", "Mozilla/5.0 (X11; 'quoted\"')", "móna"),
                new RequestEntry.Content(5_000_000_000L, 7, "{\"accept\":\"é\"}", "{\"a\":1}", "x".repeat(10_000)));
        RequestEntry sparse = new RequestEntry(
                Samples.id(),
                NOW,
                "GET",
                RequestEntry.NO_ENDPOINT,
                RequestEntry.NO_ENDPOINT,
                404,
                Duration.ZERO,
                new RequestEntry.Client("", null, null),
                new RequestEntry.Content(0, 0, "{}", null, null));
        log.add(List.of(full, sparse));
        assertEquals(Optional.of(full), log.find(full.id()));
        assertEquals(Optional.of(sparse), log.find(sparse.id()));
        assertEquals(Optional.empty(), log.find(new UUID(1, 1)));
    }

    @Test
    void listsNewestFirst() {
        List<RequestEntry> all = fill(25);
        assertEquals(all.reversed(), log.list(RequestFilter.ALL, null, 100, 0));
        assertEquals(all.subList(20, 25).reversed(), log.list(RequestFilter.ALL, null, 5, 0));
        assertEquals(all.subList(10, 15).reversed(), log.list(RequestFilter.ALL, null, 5, 10));
        assertEquals(List.of(), log.list(RequestFilter.ALL, null, 5, 25));
        assertEquals(
                all.subList(15, 20).reversed(),
                log.list(RequestFilter.ALL, all.get(20).id(), 5, 0));
        assertEquals(List.of(), log.list(RequestFilter.ALL, all.get(0).id(), 5, 0));
    }

    @Test
    void listsWhatTheFilterTakes() {
        List<RequestEntry> all = fill(60);
        takes(
                all,
                new RequestFilter("POST", null, null, null),
                entry -> entry.method().equals("POST"));
        takes(all, new RequestFilter(null, null, null, 200), entry -> entry.status() == 200);
        takes(all, new RequestFilter(null, "/deployments/{id}", null, null), entry -> true);
        takes(all, new RequestFilter(null, "/deployments", null, null), entry -> false);
        takes(
                all,
                new RequestFilter("GET", "/deployments/{id}", "/deployments/4", 404),
                entry ->
                        entry.path().equals("/deployments/4") && entry.method().equals("GET") && entry.status() == 404);
    }

    private void takes(List<RequestEntry> all, RequestFilter filter, Predicate<RequestEntry> matches) {
        List<RequestEntry> wanted = all.reversed().stream().filter(matches).toList();
        assertEquals(wanted, log.list(filter, null, 100, 0));
        assertEquals(
                wanted.stream()
                        .filter(entry -> entry.at().isBefore(all.get(40).at()))
                        .skip(1)
                        .limit(3)
                        .toList(),
                log.list(filter, all.get(40).id(), 3, 1));
    }

    @Test
    void addsAllOrNone() {
        RequestEntry known = fill(1).get(0);
        assertThrows(RuntimeException.class, () -> log.add(List.of(request(7, NOW), known)));
        assertEquals(List.of(known), log.list(RequestFilter.ALL, null, 10, 0));
    }

    @Test
    void removesTheOldestInSteps() {
        List<RequestEntry> all = fill(25);
        Instant limit = all.get(22).at();
        assertTrue(log.prune(limit, 10));
        assertEquals(all.subList(10, 25).reversed(), log.list(RequestFilter.ALL, null, 100, 0));
        assertTrue(log.prune(limit, 10));
        assertFalse(log.prune(limit, 10));
        assertEquals(all.subList(22, 25).reversed(), log.list(RequestFilter.ALL, null, 100, 0));
        assertFalse(log.prune(limit, 10));
    }
}
