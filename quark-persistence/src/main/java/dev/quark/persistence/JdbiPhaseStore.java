package dev.quark.persistence;

import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Phase;
import dev.quark.core.deployment.PhaseStore;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

final class JdbiPhaseStore implements PhaseStore {

    private static final String BEGIN = """
            INSERT INTO deployment_phases (deployment_id, phase, started_at)
            SELECT id, :phase, :at FROM deployments WHERE id = :id ON CONFLICT DO NOTHING""";

    private final Database database;

    JdbiPhaseStore(Database database) {
        this.database = database;
    }

    @Override
    public boolean begin(DeploymentId id, Phase phase, Instant at) {
        return database.write(session -> session.update(BEGIN)
                        .bind("id", id.value())
                        .bind("phase", phase.label())
                        .bind("at", at.toEpochMilli())
                        .execute()
                > 0);
    }

    @Override
    public Map<DeploymentId, Map<Phase, Instant>> of(Collection<DeploymentId> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        Map<DeploymentId, Map<Phase, Instant>> noted = new HashMap<>();
        return database.read(session -> session.query("SELECT * FROM deployment_phases WHERE deployment_id IN (<ids>)")
                .bindList("ids", ids.stream().map(DeploymentId::value).toList())
                .reduceRows(noted, (phases, row) -> {
                    DeploymentId id = new DeploymentId(row.getColumn("deployment_id", UUID.class));
                    phases.computeIfAbsent(id, none -> new EnumMap<>(Phase.class))
                            .put(
                                    Phase.valueOf(
                                            row.getColumn("phase", String.class).toUpperCase(Locale.ROOT)),
                                    Instant.ofEpochMilli(row.getColumn("started_at", Long.class)));
                    return phases;
                }));
    }
}
