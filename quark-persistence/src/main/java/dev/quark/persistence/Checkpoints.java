package dev.quark.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;

/**
 * Brings SQLite's write-ahead log into the database file without making commits wait for it. A thread of its own copies the
 * bulk while the writer goes on writing; what is left then is little, and the writer itself copies it between two
 * transactions, after which the log begins anew.
 */
final class Checkpoints implements AutoCloseable {

    /** How long the log's file may stay when it was longer once. */
    static final int KEPT_BYTES = 64 << 20;

    private static final System.Logger LOG = System.getLogger(Checkpoints.class.getName());

    /** How long the log becomes before it is copied: long enough for pages that change often to be copied once. */
    private static final long BULK_PAGES = (16L << 20) / SqliteDatabase.PAGE_BYTES;

    /** What the writer may copy without anybody noticing. */
    private static final long REST_PAGES = (1L << 20) / SqliteDatabase.PAGE_BYTES;

    private static final int ROUNDS = 4;

    private enum Stage {
        WAITING,
        BULK,
        REST
    }

    private final PreparedStatement size;
    private final PreparedStatement rest;
    private final DataSource source;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;
    private volatile Stage stage = Stage.WAITING;
    private long next = BULK_PAGES;

    private Checkpoints(Connection writer, DataSource source) throws SQLException {
        this.size = writer.prepareStatement("PRAGMA wal_checkpoint(NOOP)");
        this.rest = writer.prepareStatement("PRAGMA wal_checkpoint(PASSIVE)");
        this.source = source;
        this.thread = Thread.ofPlatform().name("sqlite-checkpoint").daemon().unstarted(this::loop);
    }

    /**
     * Begins to look after a log.
     *
     * @param writer the connection that writes
     * @param source gives another one
     */
    static Checkpoints start(Connection writer, DataSource source) throws SQLException {
        Checkpoints checkpoints = new Checkpoints(writer, source);
        checkpoints.thread.start();
        return checkpoints;
    }

    /** Called by the writer after each commit. */
    void committed() {
        try {
            switch (stage) {
                case WAITING -> {
                    if (Log.of(size).pages() >= next) {
                        stage = thread.isAlive() ? Stage.BULK : Stage.REST;
                        wanted.release();
                    }
                }
                case BULK -> {}
                case REST -> {
                    Log log = Log.of(rest);
                    // Where a reader still needs the log it can't begin anew; then it grows some more before the next
                    // try.
                    next = log.left() == 0 ? BULK_PAGES : log.pages() + BULK_PAGES / 4;
                    stage = Stage.WAITING;
                }
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "The write-ahead log was not brought into the database", e);
            stage = Stage.WAITING;
        }
    }

    private void loop() {
        try (Connection connection = source.getConnection();
                PreparedStatement bulk = connection.prepareStatement("PRAGMA wal_checkpoint(PASSIVE)");
                PreparedStatement seen = connection.prepareStatement("PRAGMA wal_checkpoint(NOOP)")) {
            while (true) {
                wanted.acquire();
                copy(bulk, seen);
                stage = Stage.REST;
            }
        } catch (InterruptedException e) {
            // The database is being closed.
        } catch (SQLException e) {
            // The writer copies everything by itself from now on.
            LOG.log(System.Logger.Level.WARNING, "Checkpoints have no thread of their own any more", e);
            stage = Stage.REST;
        }
    }

    private static void copy(PreparedStatement bulk, PreparedStatement seen) {
        try {
            for (int round = 0; round < ROUNDS && Log.of(seen).left() > REST_PAGES; round++) {
                Log.of(bulk);
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "The write-ahead log was not brought into the database", e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * How long the log is.
     *
     * @param pages all of it
     * @param copied how much is in the database
     */
    private record Log(long pages, long copied) {

        static Log of(PreparedStatement checkpoint) throws SQLException {
            try (ResultSet row = checkpoint.executeQuery()) {
                row.next();
                return new Log(row.getLong(2), row.getLong(3));
            }
        }

        long left() {
            return pages - copied;
        }
    }
}
