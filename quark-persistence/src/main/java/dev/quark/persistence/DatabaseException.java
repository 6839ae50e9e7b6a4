package dev.quark.persistence;

import java.sql.SQLException;

/** A statement that the database refused. */
final class DatabaseException extends RuntimeException {

    DatabaseException(SQLException cause) {
        super(cause.getMessage(), cause);
    }
}
