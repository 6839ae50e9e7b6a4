package dev.quark.core.testing;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.GitHubSettings;
import dev.quark.core.config.HealthCheck;
import dev.quark.core.config.HostPattern;
import dev.quark.core.config.PathPrefix;
import dev.quark.core.config.ServiceSettings;
import dev.quark.core.config.WorkingDirectory;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.environment.Environment;
import dev.quark.core.environment.VariableName;
import dev.quark.core.log.LogBatch;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStream;
import dev.quark.core.log.SpoolPosition;
import dev.quark.core.requestlog.RequestEntry;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.BranchPattern;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.PathFilters;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.webhook.Delivery;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Values to test with. Each id that is made sorts after the ones before it. */
public final class Samples {

    /** The time at which everything happens. */
    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");

    /** A repository. */
    public static final RepositoryName REPOSITORY = new RepositoryName("octo-org/octo-repo");

    /** A branch. */
    public static final BranchName MAIN = new BranchName("main");

    private static final AtomicLong COUNTER = new AtomicLong();

    private Samples() {}

    /** An id that sorts after all before it (UUIDv7). */
    public static UUID id() {
        long number = COUNTER.incrementAndGet();
        return new UUID((NOW.toEpochMilli() + number) << 16 | 0x7000, 0x8000000000000000L | number);
    }

    /** A deployment's id. */
    public static DeploymentId deploymentId() {
        return new DeploymentId(id());
    }

    /** A config for a repository's main branch. */
    public static DeploymentConfig config(RepositoryName repository, String name) {
        return config(repository, "main", name, true);
    }

    /** A config. */
    public static DeploymentConfig config(RepositoryName repository, String branch, String name, boolean autoDeploy) {
        return new DeploymentConfig(
                new ConfigId(id()),
                repository,
                4711L,
                new BranchPattern(branch),
                new ConfigName(name),
                autoDeploy,
                new GitHubSettings(false, "https://app.example.com/"),
                "./deploy.sh --all 'ü'",
                environment(Map.of("API_KEY", "s3cr3t-ü-value", "REGION", "eu-1"), "REGION"),
                new CloneUrl("file:///srv/git/octo.git"),
                new WorkingDirectory("app/web"),
                new PathFilters(List.of("src/**", "!docs/**")),
                Duration.ofSeconds(90),
                7,
                null,
                NOW,
                NOW.plusSeconds(1));
    }

    /** The same config with a service. */
    public static DeploymentConfig withService(DeploymentConfig config, @Nullable ServiceSettings service) {
        return ConfigSample.like(config).service(service).make();
    }

    /** A service that has no setting as its default. */
    public static ServiceSettings service(String... hosts) {
        return new ServiceSettings(
                "node server.js --name 'ü'",
                Arrays.stream(hosts).map(HostPattern::new).toList(),
                new PathPrefix("/api"),
                true,
                3,
                new HealthCheck("/health?deep=1", Duration.ofMillis(500), Duration.ofSeconds(20)),
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                Duration.ofSeconds(60),
                12);
    }

    /** Variables, and the names of those that are plain. */
    public static Environment environment(Map<String, String> values, String... plain) {
        TreeMap<VariableName, Secret> variables = new TreeMap<>();
        values.forEach((name, value) -> variables.put(new VariableName(name), Secret.of(value)));
        Set<VariableName> names =
                Set.copyOf(Arrays.stream(plain).map(VariableName::new).toList());
        return new Environment(variables, names);
    }

    /** A pending deployment of a config. */
    public static Deployment pending(DeploymentConfig config, Trigger trigger) {
        return pending(config, trigger, MAIN);
    }

    /** A pending deployment of a branch. */
    public static Deployment pending(DeploymentConfig config, Trigger trigger, BranchName branch) {
        return Deployment.pending(
                deploymentId(),
                config.id(),
                config.repository(),
                branch,
                config.name(),
                commit("a message\nof two lines"),
                trigger,
                "octocat",
                NOW);
    }

    /** A pending deployment of a commit of main. */
    public static Deployment pending(DeploymentConfig config, Trigger trigger, CommitSha sha) {
        return Deployment.pending(
                deploymentId(),
                config.id(),
                config.repository(),
                MAIN,
                config.name(),
                new Commit(sha, "a message", "Mona Lisa"),
                trigger,
                "octocat",
                NOW);
    }

    /** A commit. */
    public static Commit commit(String message) {
        return new Commit(new CommitSha("0123456789abcdef0123456789abcdef01234567"), message, "Mona Lisa");
    }

    /** A push's delivery. */
    public static Delivery delivery(String id) {
        return delivery(id, NOW);
    }

    /** A push's delivery at a time. */
    public static Delivery delivery(String id, Instant at) {
        return new Delivery(
                id,
                "push",
                REPOSITORY,
                at,
                Map.of("X-GitHub-Event", "push", "User-Agent", "GitHub-Hookshot/\"1\""),
                "{\"ref\":\"refs/heads/main\"}".getBytes(StandardCharsets.UTF_8));
    }

    /** Lines {@code first} to {@code last} of a log. */
    public static LogBatch lines(LogId log, long first, long last) {
        return lines(log, first, last, NOW);
    }

    /** Lines {@code first} to {@code last} of a log, read at a time. */
    public static LogBatch lines(LogId log, long first, long last, Instant at) {
        List<LogLine> lines = LongStream.rangeClosed(first, last)
                .mapToObj(seq -> line(seq, at))
                .toList();
        return new LogBatch(log, lines, new SpoolPosition(last * 10, last * 3));
    }

    /** The line with a number. */
    public static LogLine line(long seq, Instant at) {
        LogStream stream = seq % 3 == 0 ? LogStream.STDERR : seq % 3 == 1 ? LogStream.STDOUT : LogStream.SYSTEM;
        return new LogLine(
                seq, at.plusMillis(seq % 5), stream, "line " + seq + " of the deploy command's output: ✓ done");
    }

    /** A request, which its number tells from others; later ones have greater ids. */
    public static RequestEntry request(int number, Instant at) {
        return new RequestEntry(
                new UUID(0x01980b5e_7a51_7cc2L, 0x9c6b_0000_0000_0000L + number),
                at,
                number % 2 == 0 ? "GET" : "POST",
                "/deployments/{id}",
                "/deployments/" + number % 10,
                number % 3 == 0 ? 200 : 404,
                Duration.ofNanos(1_234_000),
                new RequestEntry.Client("203.0.113.9", "curl/8", "mona"),
                new RequestEntry.Content(2, 17, "{\"accept\":\"*/*\"}", "{}", "{\"status\":\"pending\"}"));
    }
}
