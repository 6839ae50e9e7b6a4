package dev.quark.persistence;

import dev.quark.core.codehost.HookStore;
import dev.quark.core.codehost.HostTokenStore;
import dev.quark.core.codehost.RepositoryKeepers;
import dev.quark.core.codehost.UsedStates;
import dev.quark.core.config.ConfigStore;
import dev.quark.core.deployment.DeploymentQueue;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.deployment.PhaseStore;
import dev.quark.core.deployment.ReleaseStore;
import dev.quark.core.identity.ApiTokenStore;
import dev.quark.core.identity.AuditLog;
import dev.quark.core.identity.SessionStore;
import dev.quark.core.identity.UserStore;
import dev.quark.core.log.LogIndex;
import dev.quark.core.log.LogStore;
import dev.quark.core.metrics.WorkloadStore;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.requestlog.RequestLogStore;
import dev.quark.core.result.ResultStore;
import dev.quark.core.secret.Secret;
import dev.quark.core.secret.SecretBox;
import dev.quark.core.service.InstanceStore;
import dev.quark.core.service.ServiceStore;
import dev.quark.core.webhook.DeliveryStore;
import org.jspecify.annotations.Nullable;

/**
 * All stores of one database, SQLite or PostgreSQL. A method that the database can't serve now throws
 * {@link UnavailableException}. Safe for use by many threads.
 */
public final class Persistence implements AutoCloseable {

    private final OpeningDatabase opening;
    private final AuditedDatabase database;
    private final SecretBox secrets;

    private Persistence(OpeningDatabase opening, SecretBox secrets) {
        this.opening = opening;
        this.database = new AuditedDatabase(opening);
        this.secrets = secrets;
    }

    /**
     * Opens a database, which is created or brought to the newest schema where it is needed.
     *
     * @param secrets encrypts the variables' values and the users' tokens
     * @throws InvalidException where it can't be used as it is set up: a folder that can't be written, a schema of a newer
     *     version of QUARK
     * @throws UnavailableException where it doesn't answer
     */
    public static Persistence open(Settings settings, SecretBox secrets) {
        Persistence persistence = opening(settings, secrets);
        persistence.awaitOpen();
        return persistence;
    }

    /**
     * The same without waiting: until the database is open every call waits for it, and {@link #isReachable} says no. Where
     * it can't be opened, every call throws why, {@link #awaitOpen} first of all.
     */
    public static Persistence opening(Settings settings, SecretBox secrets) {
        return new Persistence(
                new OpeningDatabase(
                        () -> settings.isSqlite() ? SqliteDatabase.open(settings) : PostgresDatabase.open(settings)),
                secrets);
    }

    /** Waits until the database is open; throws what {@link #open} throws. */
    public void awaitOpen() {
        opening.join();
    }

    /** The configs. */
    public ConfigStore configs() {
        return new JdbiConfigStore(database, secrets);
    }

    /** The deployments. */
    public DeploymentStore deployments() {
        return new JdbiDeploymentStore(database);
    }

    /** The same deployments, as a queue. */
    public DeploymentQueue queue() {
        return new JdbiDeploymentQueue(database);
    }

    /** When deployments came to their phases. */
    public PhaseStore phases() {
        return new JdbiPhaseStore(database);
    }

    /** What releases were made with. */
    public ReleaseStore releases() {
        return new JdbiReleaseStore(database, secrets);
    }

    /** The logs. */
    public LogStore logs() {
        return new JdbiLogStore(database);
    }

    /** Finds lines in them. */
    public LogIndex logIndex() {
        return new JdbiLogIndex(database, logs());
    }

    /** Which rollouts serve. */
    public ServiceStore services() {
        return new JdbiServiceStore(database);
    }

    /** The instances of services. */
    public InstanceStore instances() {
        return new JdbiInstanceStore(database);
    }

    /** The deliveries. */
    public DeliveryStore deliveries() {
        return new JdbiDeliveryStore(database);
    }

    /** What the code host was told. */
    public ResultStore results() {
        return new JdbiResultStore(database);
    }

    /** What there is to do. */
    public WorkloadStore workload() {
        return new JdbiWorkloadStore(database);
    }

    /** How the database itself is; it isn't asked more than how large it is. */
    public DatabaseFigures figures() {
        return database.figures();
    }

    /** The users. */
    public UserStore users() {
        return new JdbiUserStore(database);
    }

    /** The users' tokens of the code host. */
    public HostTokenStore hostTokens() {
        return new JdbiHostTokenStore(database, secrets);
    }

    /** Whose tokens are used for a repository. */
    public RepositoryKeepers keepers() {
        return new JdbiRepositoryKeepers(database);
    }

    /** The hooks that were set up. */
    public HookStore hooks() {
        return new JdbiHookStore(database);
    }

    /** Which sign-ins were brought to an end. */
    public UsedStates usedStates() {
        return new JdbiUsedStates(database);
    }

    /** Their sessions. */
    public SessionStore sessions() {
        return new JdbiSessionStore(database);
    }

    /** Their API tokens. */
    public ApiTokenStore apiTokens() {
        return new JdbiApiTokenStore(database);
    }

    /** Who did what. */
    public AuditLog audit() {
        return new JdbiAuditLog(database);
    }

    /** What was asked and answered. */
    public RequestLogStore requestLog() {
        return new JdbiRequestLogStore(database);
    }

    /** Whether the database answers, within a few seconds. */
    public boolean isReachable() {
        return database.isReachable();
    }

    /** Finishes what was begun and lets go of the database; what comes later is refused as unavailable. */
    @Override
    public void close() {
        database.close();
    }

    /**
     * Where the database is.
     *
     * @param jdbcUrl its JDBC URL, without user and password
     * @param user the user; null for the driver's default
     * @param password the password; null for none
     */
    public record Settings(
            String jdbcUrl, @Nullable String user, @Nullable Secret password) {

        /**
         * The settings that a {@code DATABASE_URL} stands for: {@code sqlite:///./app.db} (relative),
         * {@code sqlite:////abs/path}, {@code postgresql://user:pass@host:5432/db?…}, {@code postgres://}, or one of them
         * as JDBC spells it.
         *
         * @throws InvalidException for any other text; its message never holds the password
         */
        public static Settings parse(String databaseUrl) {
            return DatabaseUrl.parse(databaseUrl);
        }

        boolean isSqlite() {
            return jdbcUrl.startsWith(DatabaseUrl.JDBC_SQLITE);
        }
    }
}
