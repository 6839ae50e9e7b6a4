package dev.quark.persistence;

import dev.quark.core.config.ConfigId;
import dev.quark.core.service.Cutover;
import dev.quark.core.service.Rollout;
import dev.quark.core.service.RolloutId;
import dev.quark.core.service.Service;
import dev.quark.core.service.ServiceStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

final class JdbiServiceStore implements ServiceStore {

    private static final String SAVE_SERVICE = """
            INSERT INTO services (config_id, rollout_id, stopped, node, since)
            VALUES (:config, :rollout, :stopped, :node, :since)
            ON CONFLICT (config_id) DO UPDATE SET rollout_id = excluded.rollout_id, stopped = excluded.stopped,
                node = excluded.node, since = excluded.since""";

    private static final String SAVE_ROLLOUT = """
            INSERT INTO rollouts (id, config_id, switched_at, watching, drained_at, cutover_requests, cutover_failed,
                cutover_p99_us, cutover_us)
            VALUES (:id, :config, :switchedAt, :watching, :drainedAt, :requests, :failed, :p99, :duration)
            ON CONFLICT (id) DO UPDATE SET config_id = excluded.config_id, switched_at = excluded.switched_at,
                watching = excluded.watching, drained_at = excluded.drained_at, cutover_requests = excluded.cutover_requests,
                cutover_failed = excluded.cutover_failed, cutover_p99_us = excluded.cutover_p99_us,
                cutover_us = excluded.cutover_us""";

    private final Database database;

    JdbiServiceStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Service> find(ConfigId config) {
        return database.read(session -> session.query("SELECT * FROM services WHERE config_id = :config")
                .bind("config", config.value())
                .map(JdbiServiceStore::service)
                .findOne());
    }

    @Override
    public List<Service> all() {
        return database.read(session -> session.query("SELECT * FROM services")
                .map(JdbiServiceStore::service)
                .list());
    }

    @Override
    public void save(Service service) {
        database.write(session -> session.update(SAVE_SERVICE)
                .bind("config", service.config().value())
                .bind("rollout", service.serving().value())
                .bind("stopped", service.stopped())
                .bind("node", service.node())
                .bind("since", service.since().toEpochMilli())
                .execute());
    }

    @Override
    public void remove(ConfigId config) {
        database.write(session -> session.update("DELETE FROM services WHERE config_id = :config")
                .bind("config", config.value())
                .execute());
    }

    @Override
    public void save(Rollout rollout) {
        Cutover cost = rollout.cutover();
        database.write(session -> session.update(SAVE_ROLLOUT)
                .bind("id", rollout.id().value())
                .bind("config", rollout.config().value())
                .bind("switchedAt", millis(rollout.switchedAt()))
                .bind("watching", rollout.watching())
                .bind("drainedAt", millis(rollout.drainedAt()))
                .bind("requests", cost == null ? null : (Long) cost.requests())
                .bind("failed", cost == null ? null : (Long) cost.failed())
                .bind("p99", cost == null ? null : micros(cost.p99()))
                .bind("duration", cost == null ? null : micros(cost.duration()))
                .execute());
    }

    @Override
    public List<Rollout> rollouts(Collection<RolloutId> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return database.read(session -> session.query("SELECT * FROM rollouts WHERE id IN (<ids>)")
                .bindList("ids", ids.stream().map(RolloutId::value).toList())
                .map(JdbiServiceStore::rollout)
                .list());
    }

    private static @Nullable Long millis(@Nullable Instant at) {
        return at == null ? null : (Long) at.toEpochMilli();
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        long at = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(at);
    }

    private static Long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }

    private static Service service(ResultSet row, StatementContext context) throws SQLException {
        return new Service(
                new ConfigId(UUID.fromString(row.getString("config_id"))),
                new RolloutId(UUID.fromString(row.getString("rollout_id"))),
                row.getBoolean("stopped"),
                row.getString("node"),
                Instant.ofEpochMilli(row.getLong("since")));
    }

    private static Rollout rollout(ResultSet row, StatementContext context) throws SQLException {
        return new Rollout(
                new RolloutId(UUID.fromString(row.getString("id"))),
                new ConfigId(UUID.fromString(row.getString("config_id"))),
                time(row, "switched_at"),
                row.getBoolean("watching"),
                time(row, "drained_at"),
                cutover(row));
    }

    private static @Nullable Cutover cutover(ResultSet row) throws SQLException {
        long requests = row.getLong("cutover_requests");
        return row.wasNull()
                ? null
                : new Cutover(
                        requests,
                        row.getLong("cutover_failed"),
                        Duration.of(row.getLong("cutover_p99_us"), ChronoUnit.MICROS),
                        Duration.of(row.getLong("cutover_us"), ChronoUnit.MICROS));
    }
}
