package dev.quark.persistence;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * A connection at work. {@link #handle} is for all that isn't hot; {@link #prepared} gives a statement that stays prepared
 * as long as the session lives, for the few that run thousands of times a second.
 */
final class Session {

    private final Handle handle;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    Session(Handle handle) {
        this.handle = handle;
    }

    Handle handle() {
        return handle;
    }

    PreparedStatement prepared(String sql) {
        return statements.computeIfAbsent(sql, text -> {
            try {
                return handle.getConnection().prepareStatement(text);
            } catch (SQLException e) {
                throw new DatabaseException(e);
            }
        });
    }
}
