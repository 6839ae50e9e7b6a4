package dev.quark.persistence;

import dev.quark.core.environment.Environment;
import dev.quark.core.environment.VariableName;
import dev.quark.core.secret.Secret;
import dev.quark.core.secret.SecretBox;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;

/** The variables of configs or of releases, whose values are stored sealed for their owner and name. */
final class SealedVariables {

    private final SecretBox secrets;
    private final String kind;
    private final String insert;
    private final String delete;

    /** @param kind {@code config} or {@code release}: the first part of the context that values are sealed for */
    SealedVariables(SecretBox secrets, String kind, String table, String owner) {
        this.secrets = secrets;
        this.kind = kind;
        this.insert = "INSERT INTO " + table + " (" + owner + ", name, sealed) VALUES (?, ?, ?)";
        this.delete = "DELETE FROM " + table + " WHERE " + owner + " = :owner";
    }

    /** Stores an owner's variables in place of those that it has. */
    void replace(Session session, UUID owner, Environment environment) throws SQLException {
        session.update(delete).bind("owner", owner).execute();
        PreparedStatement statement = session.prepare(insert);
        for (Map.Entry<VariableName, Secret> variable : environment.variables().entrySet()) {
            String name = variable.getKey().value();
            session.set(statement, 1, owner);
            statement.setString(2, name);
            statement.setBytes(3, secrets.seal(variable.getValue(), context(owner, name)));
            statement.executeUpdate();
        }
    }

    Secret open(UUID owner, String name, byte[] sealed) {
        return secrets.open(sealed, context(owner, name));
    }

    private String context(UUID owner, String name) {
        return kind + "/" + owner + "/" + name;
    }
}
