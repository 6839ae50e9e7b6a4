package dev.quark.persistence;

import dev.quark.core.environment.Environment;
import dev.quark.core.environment.VariableName;
import dev.quark.core.secret.Secret;
import dev.quark.core.secret.SecretBox;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Variables of configs and of releases: each value sealed for its owner and its name. */
final class SealedVariables {

    private final SecretBox secrets;
    private final String table;
    private final String owner;
    private final String context;

    /**
     * Variables in a table.
     *
     * @param owner the column that says whose they are
     * @param context what the values are sealed for, before owner and name
     */
    SealedVariables(SecretBox secrets, String table, String owner, String context) {
        this.secrets = secrets;
        this.table = table;
        this.owner = owner;
        this.context = context;
    }

    void replace(Handle handle, String id, Environment environment) {
        handle.execute("DELETE FROM " + table + " WHERE " + owner + " = ?", id);
        if (environment.variables().isEmpty()) {
            return;
        }
        PreparedBatch batch =
                handle.prepareBatch("INSERT INTO " + table + " (" + owner + ", name, sealed) VALUES (?, ?, ?)");
        environment
                .variables()
                .forEach((name, value) -> batch.add(id, name.value(), secrets.seal(value, context(id, name.value()))));
        batch.execute();
    }

    Environment read(Handle handle, String id, String plainJson) {
        TreeMap<VariableName, Secret> variables = new TreeMap<>();
        handle.createQuery("SELECT name, sealed FROM " + table + " WHERE " + owner + " = ?")
                .bind(0, id)
                .map((row, ignored) -> variables.put(
                        new VariableName(row.getString("name")),
                        secrets.open(row.getBytes("sealed"), context(id, row.getString("name")))))
                .list();
        Set<VariableName> plain =
                Rows.texts(plainJson).stream().map(VariableName::new).collect(Collectors.toSet());
        return new Environment(variables, plain);
    }

    static String plain(Environment environment) {
        List<String> names =
                environment.plain().stream().map(VariableName::value).sorted().toList();
        return Rows.json(names);
    }

    private String context(String id, String name) {
        return context + "/" + id + "/" + name;
    }
}
