package dev.quark.persistence;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;

/**
 * How the database is.
 *
 * @param pool its connections
 * @param writesWaiting how many writes wait for the one that writes; -1 where each has a connection of its own
 * @param bytes how large it is
 * @param walBytes how large SQLite's write-ahead log is; -1 where there is none
 */
public record DatabaseFigures(Pool pool, int writesWaiting, long bytes, long walBytes) {

    /**
     * Connections; of SQLite those that read.
     *
     * @param active how many are in use
     * @param idle how many are open and not in use
     * @param waiting how many threads wait for one
     * @param most how many there may be
     */
    public record Pool(int active, int idle, int waiting, int most) {

        static Pool of(HikariDataSource source) {
            HikariPoolMXBean pool = source.getHikariPoolMXBean();
            return new Pool(
                    pool.getActiveConnections(),
                    pool.getIdleConnections(),
                    pool.getThreadsAwaitingConnection(),
                    source.getMaximumPoolSize());
        }
    }
}
