package dev.quark.core.requestlog;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.event.LocalEventBus;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests are logged beside them, and what can't be is counted. */
@Timeout(120)
class RequestLogTest {

    private final InMemoryStores stores = new InMemoryStores();
    private final LocalEventBus events = new LocalEventBus();
    private final LinkedBlockingQueue<RequestsLogged> told = new LinkedBlockingQueue<>();

    private RequestLog open(RequestLogStore store) {
        events.subscribe(event -> told.add((RequestsLogged) event));
        return new RequestLog(store, events, Samples::id);
    }

    private static RequestEntry entry(int number, UUID id) {
        RequestEntry sample = Samples.request(number, NOW);
        return new RequestEntry(
                id,
                sample.at(),
                sample.method(),
                sample.endpoint(),
                sample.path(),
                number,
                sample.time(),
                sample.client(),
                sample.content());
    }

    private static List<Integer> numbers(List<RequestEntry> entries) {
        return entries.stream().map(RequestEntry::status).toList();
    }

    private RequestsLogged next() throws InterruptedException {
        return Optional.ofNullable(told.poll(60, TimeUnit.SECONDS)).orElseThrow();
    }

    @Test
    void whatIsToldOfIsStoredAlready() throws Exception {
        try (RequestLog log = open(stores.requestLog())) {
            for (int i = 0; i < 10; i++) {
                int number = i;
                log.record(id -> entry(number, id));
                RequestsLogged event = next();
                assertEquals(List.of(i), numbers(event.entries()));
                RequestEntry seen = event.entries().get(0);
                assertEquals(Optional.of(seen), stores.requestLog().find(seen.id()));
            }
            assertEquals(10, log.recorded());
            assertEquals(0, log.dropped());
        }
    }

    @Test
    void closingStoresWhatWaitsInOrder() {
        RequestLog log = open(stores.requestLog());
        for (int i = 0; i < 1000; i++) {
            int number = i;
            log.record(id -> entry(number, id));
        }
        log.close();
        log.record(id -> entry(1000, id));
        List<Integer> stored = numbers(stores.requestLog().list(RequestFilter.ALL, null, 2000, 0))
                .reversed();
        assertEquals(java.util.stream.IntStream.range(0, 1000).boxed().toList(), stored);
        assertEquals(1, log.dropped());
    }

    @Test
    void aStoreThatHangsHoldsUpNobodyAndWhatDoesNotFitIsCounted() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        RequestLog log = open(new Store(stores.requestLog(), entries -> {
            hanging.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }));
        log.record(id -> entry(0, id));
        hanging.await();
        for (int i = 1; i <= 10_000; i++) {
            int number = i;
            log.record(id -> entry(number, id));
        }
        long dropped = log.dropped();
        assertTrue(dropped > 1000, () -> dropped + " dropped");
        goOn.countDown();
        log.close();
        assertEquals(10_001, log.recorded() + log.dropped());
        assertEquals(
                log.dropped(), told.stream().mapToLong(RequestsLogged::dropped).sum());
        assertEquals(
                log.recorded(),
                told.stream().mapToLong(event -> event.entries().size()).sum());
    }

    @Test
    void aDatabaseThatDoesNotAnswerCostsItsRequestsAndNoOthers() throws Exception {
        boolean[] isDown = {true};
        RequestLog log = open(new Store(stores.requestLog(), entries -> {
            if (isDown[0]) {
                throw new UnavailableException("The database does not answer.");
            }
        }));
        log.record(id -> entry(1, id));
        assertEquals(new RequestsLogged(List.of(), 1), next());
        isDown[0] = false;
        log.record(id -> entry(2, id));
        assertEquals(List.of(2), numbers(next().entries()));
        log.close();
        assertEquals(1, log.dropped());
    }

    @Test
    void aNoteThatFailsCostsNoOtherOne() throws Exception {
        try (RequestLog log = open(stores.requestLog())) {
            log.record(id -> {
                throw new IllegalStateException("broken");
            });
            log.record(id -> entry(2, id));
            long seen = 0;
            long lost = 0;
            while (seen + lost < 2) {
                RequestsLogged event = next();
                seen += event.entries().size();
                lost += event.dropped();
            }
            assertEquals(1, seen);
        }
    }

    @Test
    void theSurplusIsRemovedWhileItComes() throws Exception {
        CountDownLatch pruned = new CountDownLatch(1);
        RequestLog log = open(new Store(stores.requestLog(), entries -> {}) {
            @Override
            public boolean prune(Instant before, int limit) {
                assertEquals(Instant.EPOCH, before);
                pruned.countDown();
                return false;
            }
        });
        int[] number = {0};
        while (!pruned.await(1, TimeUnit.MILLISECONDS)) {
            for (int i = 0; i < 1000; i++) {
                log.record(id -> entry(number[0]++, id));
            }
        }
        log.close();
        assertTrue(log.recorded() >= 10_000);
    }

    /** Does something before it adds. */
    private static class Store implements RequestLogStore {

        private final RequestLogStore store;
        private final Consumer<List<RequestEntry>> before;

        Store(RequestLogStore store, Consumer<List<RequestEntry>> before) {
            this.store = store;
            this.before = before;
        }

        @Override
        public void add(List<RequestEntry> entries) {
            before.accept(entries);
            store.add(entries);
        }

        @Override
        public Optional<RequestEntry> find(UUID id) {
            return store.find(id);
        }

        @Override
        public List<RequestEntry> list(RequestFilter filter, @Nullable UUID id, int limit, long offset) {
            return store.list(filter, id, limit, offset);
        }

        @Override
        public boolean prune(Instant old, int limit) {
            return store.prune(old, limit);
        }
    }
}
