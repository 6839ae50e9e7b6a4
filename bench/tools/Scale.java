import dev.quark.core.config.ConfigName;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentFilter;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.log.LogBatch;
import dev.quark.core.log.LogIndex;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStream;
import dev.quark.core.log.SearchText;
import dev.quark.core.log.SpoolPosition;
import dev.quark.core.secret.Secret;
import dev.quark.core.secret.SecretBox;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.RepositoryName;
import dev.quark.persistence.Persistence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * How the stores do with a long history: {@code Scale fill FILE DEPLOYMENTS LINES} makes a database, its search index too;
 * {@code Scale read SMALL LARGE} reads two of them in turn and prints the median and worst milliseconds of each kind of read
 * as JSON.
 */
public final class Scale {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 51;

    public static void main(String[] args) throws Exception {
        try (Persistence first = open(args[1])) {
            if (args[0].equals("fill")) {
                fill(first, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
                index(first);
            } else {
                try (Persistence second = open(args[2])) {
                    read(first, second);
                }
            }
        }
    }

    private static Persistence open(String file) throws Exception {
        Persistence store = Persistence.opening(Persistence.Settings.parse("sqlite:///" + file), new NoSecrets());
        store.awaitOpen();
        return store;
    }

    private static DeploymentId id(int number) {
        long millis = BEGIN.toEpochMilli() + number * 1000L;
        return new DeploymentId(new UUID(millis << 16 | 0x7000, 0x8000000000000000L | number));
    }

    /** One after the other would wait for the disk each time; the writer commits what comes together. */
    private static void fill(Persistence store, int deployments, int lines) throws Exception {
        try (ExecutorService writers = Executors.newFixedThreadPool(64)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < deployments; i++) {
                int number = i;
                all.add(writers.submit(() -> deploy(store, number, lines)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private static void deploy(Persistence store, int number, int lines) {
        Instant at = BEGIN.plusSeconds(number);
        DeploymentState.Pending pending = new DeploymentState.Pending();
        Deployment deployment = new Deployment(
                id(number),
                null,
                new RepositoryName("octo-org/repo-" + number % 20),
                new BranchName("main"),
                ConfigName.DEFAULT,
                null,
                Trigger.PUSH,
                "octocat",
                null,
                at,
                pending,
                null);
        store.deployments().add(deployment);
        List<LogLine> texts = new ArrayList<>(lines);
        for (int i = 1; i <= lines; i++) {
            texts.add(new LogLine(i, at, LogStream.STDOUT, text(number, i)));
        }
        store.logs().append(new LogBatch(id(number).log(), texts, SpoolPosition.START));
        store.deployments().transition(id(number), pending, pending.cancel(at.plusSeconds(1), "it is a sample"));
    }

    private static String text(int deployment, int line) {
        long mixed = (deployment * 1_000_003L + line) * 0x9E3779B97F4A7C15L;
        if ((deployment * 1000L + line) % 997 == 0) {
            return "ERR needle in module " + (mixed >>> 48) + ": no space left on device";
        }
        return "[" + line + "] GET https://registry.example.com/package-" + (mixed >>> 52) + "/-/file-" + (mixed >>> 40) % 997
                + ".tgz 200 in " + (mixed >>> 56) + " ms (from cache)";
    }

    private static void index(Persistence store) {
        while (store.logIndex().takeIn()) {
            // There is more.
        }
    }

    private static void read(Persistence small, Persistence large) {
        DeploymentFilter all = new DeploymentFilter(null, null, null);
        DeploymentFilter one = new DeploymentFilter(new RepositoryName("octo-org/repo-7"), null, null);
        Map<Persistence, Integer> counts = new HashMap<>();
        for (Persistence store : List.of(small, large)) {
            counts.put(store, (int) store.deployments().count(all));
        }
        Map<String, Consumer<Persistence>> reads = new LinkedHashMap<>();
        reads.put("first page of deployments", store -> store.deployments().list(all, null, 100, 0));
        reads.put("`before` page deep in", store -> store.deployments().list(all, id(counts.get(store) / 10), 100, 0));
        reads.put("the same of one repository", store -> store.deployments().list(one, id(counts.get(store) / 10), 100, 0));
        reads.put("tail of a log", store -> store.logs().read(id(counts.get(store) / 2).log(), 50, 50));
        reads.put("search for a word of every 997th line", store -> search(store, "needle", null, 20));
        reads.put("for a word of nearly every line", store -> search(store, "registry", null, 20));
        reads.put("for a phrase and a word", store -> search(store, "\"no space left\" needle", null, 20));
        reads.put("in one repository, a page of five", store -> search(store, "needle", new RepositoryName("octo-org/repo-7"), 5));
        reads.put("for a word of no line", store -> search(store, "haystack", null, 20));
        reads.forEach((name, read) -> measure(name, read, small, large));
    }

    private static LogIndex.Page search(Persistence store, String text, RepositoryName repository, int limit) {
        return store.logIndex().search(new LogIndex.Request(SearchText.parse(text), repository, null, null, limit, null));
    }

    private static void measure(String name, Consumer<Persistence> read, Persistence small, Persistence large) {
        double[][] millis = new double[2][ROUNDS];
        for (int i = -WARM_UP; i < ROUNDS; i++) {
            for (int which = 0; which < 2; which++) {
                long begin = System.nanoTime();
                read.accept(which == 0 ? small : large);
                if (i >= 0) {
                    millis[which][i] = (System.nanoTime() - begin) / 1e6;
                }
            }
        }
        Arrays.stream(millis).forEach(Arrays::sort);
        System.out.printf(
                Locale.ROOT,
                "{\"read\":\"%s\",\"small_ms\":%.4f,\"large_ms\":%.4f,\"small_max_ms\":%.4f,\"large_max_ms\":%.4f}%n",
                name,
                millis[0][ROUNDS / 2],
                millis[1][ROUNDS / 2],
                millis[0][ROUNDS - 1],
                millis[1][ROUNDS - 1]);
    }

    private static final class NoSecrets implements SecretBox {

        @Override
        public byte[] seal(Secret secret, String context) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Secret open(byte[] sealed, String context) {
            throw new UnsupportedOperationException();
        }
    }
}
