package dev.quark.persistence;

import dev.quark.core.identity.AuditEntry;
import dev.quark.core.identity.User;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.jspecify.annotations.Nullable;

/** Where the two databases differ. */
enum Dialect {
    /** One writer at a time: rows need no locks. UUIDs are text. */
    SQLITE("sqlite", "", "") {
        @Override
        void set(PreparedStatement statement, int index, @Nullable UUID value) throws SQLException {
            statement.setString(index, value == null ? null : value.toString());
        }

        @Override
        @Nullable
        String text(@Nullable String text) {
            return text;
        }
    },

    POSTGRESQL("postgresql", " FOR UPDATE", " FOR NO KEY UPDATE") {
        @Override
        void set(PreparedStatement statement, int index, @Nullable UUID value) throws SQLException {
            statement.setObject(index, value, Types.OTHER);
        }

        @Override
        @Nullable
        String text(@Nullable String text) {
            return text == null || text.indexOf('\0') < 0 ? text : text.replace('\0', '\ufffd');
        }
    };

    /** The folder of the migrations. */
    final String folder;

    /** Added to a SELECT, keeps its rows from being changed or referred to until the transaction's end. */
    final String forUpdate;

    /** Added to a SELECT, keeps its rows from being locked likewise by others; they may be referred to. */
    final String forNoKeyUpdate;

    Dialect(String folder, String forUpdate, String forNoKeyUpdate) {
        this.folder = folder;
        this.forUpdate = forUpdate;
        this.forNoKeyUpdate = forNoKeyUpdate;
    }

    /** Sets a parameter to an id. */
    abstract void set(PreparedStatement statement, int index, @Nullable UUID value) throws SQLException;

    /** Text from outside as the database can hold it: PostgreSQL's has no NUL. */
    abstract @Nullable String text(@Nullable String text);

    /** Teaches JDBI what differs. */
    Jdbi configure(Jdbi jdbi) {
        return jdbi.installPlugin(new SqlObjectPlugin())
                .registerArgument(new UuidArguments(this))
                .registerRowMapper(User.class, JdbiUserStore::map)
                .registerRowMapper(AuditEntry.class, JdbiAuditLog::map)
                .registerColumnMapper(UUID.class, (rows, column, context) -> {
                    String text = rows.getString(column);
                    return text == null ? null : UUID.fromString(text);
                });
    }

    private static final class UuidArguments extends AbstractArgumentFactory<UUID> {

        private final Dialect dialect;

        UuidArguments(Dialect dialect) {
            super(Types.OTHER);
            this.dialect = dialect;
        }

        @Override
        protected Argument build(UUID value, ConfigRegistry config) {
            return (position, statement, context) -> dialect.set(statement, position, value);
        }
    }
}
