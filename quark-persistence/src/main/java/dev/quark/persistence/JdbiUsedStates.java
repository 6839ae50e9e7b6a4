package dev.quark.persistence;

import dev.quark.core.codehost.UsedStates;
import java.time.Instant;

final class JdbiUsedStates implements UsedStates {

    private final Database database;

    JdbiUsedStates(Database database) {
        this.database = database;
    }

    @Override
    public boolean use(String state, Instant until, Instant now) {
        return database.write(session -> {
            session.update("DELETE FROM used_states WHERE expires_at < :now")
                    .bind("now", now.toEpochMilli())
                    .execute();
            return session.update("""
                            INSERT INTO used_states (state, expires_at) VALUES (:state, :until)
                            ON CONFLICT (state) DO NOTHING""")
                            .bind("state", state)
                            .bind("until", until.toEpochMilli())
                            .execute()
                    > 0;
        });
    }
}
