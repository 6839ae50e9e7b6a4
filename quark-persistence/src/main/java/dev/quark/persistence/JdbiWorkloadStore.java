package dev.quark.persistence;

import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.metrics.Workload;
import dev.quark.core.metrics.WorkloadStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class JdbiWorkloadStore implements WorkloadStore {

    private static final String QUEUED =
            "SELECT count(*) AS n, min(created_at) AS oldest FROM deployments WHERE status = 'pending' AND checks_until"
                    + " IS NULL";
    private static final String AWAITING_CHECKS =
            "SELECT count(*) FROM deployments WHERE checks_until IS NOT NULL AND status = 'pending'";

    /** In the words of the index. */
    private static final String UNTOLD =
            "SELECT count(*) FROM deployments WHERE told <> status AND told <> 'off' AND commit_sha IS NOT NULL";

    private final Database database;

    JdbiWorkloadStore(Database database) {
        this.database = database;
    }

    @Override
    public Workload read() {
        return database.read(session -> {
            Map<DeploymentStatus, Long> deployments = new EnumMap<>(DeploymentStatus.class);
            session.query("SELECT status, count(*) AS n FROM deployments GROUP BY status")
                    .map((row, context) -> Map.entry(DeploymentStatus.parse(row.getString("status")), row.getLong("n")))
                    .forEach(entry -> deployments.put(entry.getKey(), entry.getValue()));
            Queued queued =
                    session.query(QUEUED).map((row, context) -> Queued.of(row)).one();
            return new Workload(
                    deployments,
                    queued.count(),
                    queued.oldest(),
                    session.query(AWAITING_CHECKS).mapTo(long.class).one(),
                    session.query(UNTOLD).mapTo(long.class).one());
        });
    }

    private record Queued(long count, @Nullable Instant oldest) {

        static Queued of(ResultSet row) throws SQLException {
            long count = row.getLong("n");
            return new Queued(count, count == 0 ? null : Instant.ofEpochMilli(row.getLong("oldest")));
        }
    }
}
