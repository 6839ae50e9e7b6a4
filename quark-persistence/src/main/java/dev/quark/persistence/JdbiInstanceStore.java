package dev.quark.persistence;

import dev.quark.core.config.ConfigId;
import dev.quark.core.process.RunId;
import dev.quark.core.service.Instance;
import dev.quark.core.service.InstanceStore;
import dev.quark.core.service.RolloutId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.Update;

final class JdbiInstanceStore implements InstanceStore {

    private static final String ADD = """
            INSERT INTO instances (rollout_id, number, config_id, node, port, run_id, state, since, restarts, crashes, note)
            VALUES (:rollout, :number, :config, :node, :port, :run, :state, :since, :restarts, :crashes, :note)
            ON CONFLICT DO NOTHING""";

    private static final String UPDATE = """
            UPDATE instances SET run_id = :run, state = :state, since = :since, restarts = :restarts, crashes = :crashes,
                note = :note
            WHERE rollout_id = :rollout AND number = :number""";

    private static final String ORDER = " ORDER BY rollout_id, number";

    private final Database database;

    JdbiInstanceStore(Database database) {
        this.database = database;
    }

    @Override
    public boolean add(Instance instance) {
        return database.write(session -> bind(session, session.update(ADD), instance)
                        .bind("config", instance.config().value())
                        .bind("node", instance.node())
                        .bind("port", instance.port())
                        .execute()
                > 0);
    }

    @Override
    public boolean update(Instance instance) {
        return database.write(
                session -> bind(session, session.update(UPDATE), instance).execute() > 0);
    }

    @Override
    public void remove(Instance instance) {
        database.write(
                session -> session.update("DELETE FROM instances WHERE rollout_id = :rollout AND number = :number")
                        .bind("rollout", instance.rollout().value())
                        .bind("number", instance.number())
                        .execute());
    }

    @Override
    public List<Instance> ofConfig(ConfigId config) {
        return database.read(session -> session.query("SELECT * FROM instances WHERE config_id = :config" + ORDER)
                .bind("config", config.value())
                .map(JdbiInstanceStore::map)
                .list());
    }

    @Override
    public List<Instance> onNode(String node) {
        return database.read(session -> session.query("SELECT * FROM instances WHERE node = :node" + ORDER)
                .bind("node", node)
                .map(JdbiInstanceStore::map)
                .list());
    }

    private static Update bind(Session session, Update update, Instance instance) {
        return update.bind("rollout", instance.rollout().value())
                .bind("number", instance.number())
                .bind("run", instance.run().value())
                .bind("state", instance.state().label())
                .bind("since", instance.since().toEpochMilli())
                .bind("restarts", instance.restarts())
                .bind("crashes", instance.crashes())
                .bind("note", session.dialect().text(instance.note()));
    }

    private static Instance map(ResultSet row, StatementContext context) throws SQLException {
        return new Instance(
                new ConfigId(UUID.fromString(row.getString("config_id"))),
                new RolloutId(UUID.fromString(row.getString("rollout_id"))),
                row.getInt("number"),
                row.getString("node"),
                row.getInt("port"),
                new RunId(UUID.fromString(row.getString("run_id"))),
                Instance.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                Instant.ofEpochMilli(row.getLong("since")),
                row.getInt("restarts"),
                row.getInt("crashes"),
                row.getString("note"));
    }
}
