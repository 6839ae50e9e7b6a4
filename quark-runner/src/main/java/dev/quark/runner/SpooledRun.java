package dev.quark.runner;

import dev.quark.core.log.LogStream;
import dev.quark.core.log.SpoolPosition;
import dev.quark.core.process.CommandRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A command whose output is read from the files that it is spooled to. Between two reads nothing happens: the folder is
 * watched only while a reader waits at the end of both files.
 */
final class SpooledRun implements CommandRun {

    /** The most that one event holds of one stream. */
    private static final int PIECE = 256 * 1024;

    /** From this size on, output is taken for a flood, which needs no watching. */
    private static final int FLOOD = 32 * 1024;

    /** What is left of a command whose supervisor was killed has this long between SIGTERM and SIGKILL. */
    private static final Duration LEFTOVER_GRACE = Duration.ofSeconds(2);

    /** How long the end marks may be on their way from the pipes to the files when the supervisor is gone. */
    private static final long MARK_NANOS = Duration.ofSeconds(5).toNanos();

    /** How much has to be stored until it is looked for files to remove. */
    private static final long FORGET_AFTER = 64 * 1024;

    private static final long RECHECK_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(20).toNanos();

    private final RunFolder folder;
    private final Ticket ticket;
    private final @Nullable ProcessKey supervisor;
    private final SpoolWatch watch;
    private final SpoolReader stdout;
    private final SpoolReader stderr;
    private final boolean keepsUnread;
    private final long limit;
    private final long readable;
    private final Wakeup wakeup = new Wakeup();
    private final AtomicBoolean stopping = new AtomicBoolean();

    private volatile boolean supervisorGone;
    private volatile boolean treeGone;
    private volatile boolean over;

    // The reading thread's own.
    private boolean armed;
    private boolean readWithoutWaiting;
    private boolean tooMuch;
    private OptionalInt exitCode = OptionalInt.empty();
    private long markAwaitedSince;
    private SpoolPosition forgotten = SpoolPosition.START;

    /** @param supervisor the process of run.sh; null where it is not known and gone */
    SpooledRun(
            RunFolder folder,
            Ticket ticket,
            @Nullable ProcessKey supervisor,
            SpoolPosition from,
            long limit,
            SpoolWatch watch)
            throws IOException {
        this.folder = folder;
        this.ticket = ticket;
        this.supervisor = supervisor;
        this.watch = watch;
        this.keepsUnread = ticket.keepsUnread();
        this.limit = limit;
        this.readable = limit + 2L * ticket.endMark().length;
        this.stdout = new SpoolReader(folder, "stdout", from.stdout(), ticket.endMark());
        this.stderr = new SpoolReader(folder, "stderr", from.stderr(), ticket.endMark());
    }

    /** The supervisor has ended. */
    void supervisorEnded() {
        supervisorGone = true;
        wakeup.wake();
    }

    /** No process of the command can be alive: the machine was restarted. */
    void everythingEnded() {
        treeGone = true;
        supervisorEnded();
    }

    @Override
    public Event read() throws InterruptedException {
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long seen = wakeup.count();
            try {
                Event event = look();
                if (event != null) {
                    return event;
                }
            } catch (IOException e) {
                throw new UncheckedIOException("The output of a command can't be read", e);
            }
            await(seen);
        }
    }

    private @Nullable Event look() throws IOException {
        // What has ended is asked before the files are looked at: then they hold all that there will be.
        boolean gone = supervisorGone;
        boolean nothingAlive = treeGone;
        Event dropped = dropped();
        if (dropped != null) {
            return dropped;
        }
        if (!keepsUnread && !tooMuch && stdout.size() + stderr.size() > readable) {
            tooMuch = true;
            return new Event.TooMuchOutput(limit);
        }
        Event output = output(nothingAlive);
        if (output != null) {
            return output;
        }
        if (exitCode.isPresent()) {
            boolean complete = tooMuch || nothingAlive || (stdout.hasEnded() && stderr.hasEnded()) || isMarkLost(gone);
            return complete && (nothingAlive || !stopping.get()) ? end(new Event.Exited(exitCode.getAsInt())) : null;
        }
        if (nothingAlive) {
            return end(new Event.Vanished());
        }
        if (gone) {
            stop(LEFTOVER_GRACE);
        }
        return null;
    }

    private @Nullable Event dropped() throws IOException {
        long out = stdout.advance();
        if (out > 0) {
            return new Event.Dropped(LogStream.STDOUT, out);
        }
        long err = stderr.advance();
        return err > 0 ? new Event.Dropped(LogStream.STDERR, err) : null;
    }

    private @Nullable Event output(boolean nothingAlive) throws IOException {
        byte[] out = stdout.peek(Math.min(PIECE, allowance(0)));
        byte[] err = stderr.peek(Math.min(PIECE, allowance(out.length)));
        if (exitCode.isEmpty()) {
            // Asked after the files were looked at: without an exit code they hold no mark yet.
            exitCode = folder.exitCode();
        }
        List<Piece> pieces = new ArrayList<>(2);
        add(pieces, LogStream.STDOUT, stdout, out, nothingAlive);
        add(pieces, LogStream.STDERR, stderr, err, nothingAlive);
        if (pieces.isEmpty()) {
            readWithoutWaiting = false;
            return null;
        }
        if (readWithoutWaiting || out.length + err.length >= FLOOD) {
            disarm();
        }
        readWithoutWaiting = true;
        return new Event.Output(pieces);
    }

    private void add(List<Piece> pieces, LogStream stream, SpoolReader reader, byte[] peeked, boolean nothingAlive) {
        byte[] bytes = reader.accept(peeked, exitCode.isEmpty() ? SpoolReader.Upto.EVERYTHING : SpoolReader.Upto.MARK);
        if (bytes.length == 0 && peeked.length > 0 && nothingAlive && !reader.hasEnded()) {
            // The beginning of a mark that nobody is left to finish.
            bytes = reader.accept(peeked, SpoolReader.Upto.EVERYTHING);
        }
        if (bytes.length > 0) {
            pieces.add(new Piece(stream, bytes));
        }
    }

    private long allowance(int taken) {
        return keepsUnread ? PIECE : Math.max(0, readable - stdout.position() - stderr.position() - taken);
    }

    /** Whether the supervisor was killed between the exit code and the marks, or who copies the output was. */
    private boolean isMarkLost(boolean gone) {
        if (!gone) {
            return false;
        }
        if (markAwaitedSince == 0) {
            markAwaitedSince = System.nanoTime();
        }
        return System.nanoTime() - markAwaitedSince > MARK_NANOS;
    }

    private Event end(Event event) {
        over = true;
        disarm();
        Cgroups.removeIfEmpty(ticket.cgroup());
        return event;
    }

    private void await(long seen) throws InterruptedException {
        boolean watchable = !tooMuch && !over;
        if (watchable && !armed) {
            armed = watch.arm(folder.path(), wakeup);
            if (armed) {
                // What came before it was armed wakes nobody.
                return;
            }
        }
        boolean woken = armed && markAwaitedSince == 0;
        wakeup.await(seen, woken ? RECHECK_NANOS : LOOK_AGAIN_NANOS);
    }

    /** Whole files only, so that it costs nothing most of the time. */
    @Override
    public void stored(SpoolPosition upTo) {
        if (!keepsUnread || upTo.stdout() - forgotten.stdout() + upTo.stderr() - forgotten.stderr() < FORGET_AFTER) {
            return;
        }
        forgotten = upTo;
        try {
            stdout.forget(upTo.stdout());
            stderr.forget(upTo.stderr());
        } catch (IOException e) {
            throw new UncheckedIOException("Spooled output that is stored can't be removed", e);
        }
    }

    private void disarm() {
        if (armed) {
            armed = false;
            watch.disarm(folder.path(), wakeup);
        }
    }

    @Override
    public boolean stop(Duration grace) {
        boolean exited = isExitNoted();
        if (over || treeGone || !stopping.compareAndSet(false, true)) {
            return !exited;
        }
        Thread.ofPlatform()
                .daemon()
                .name("quark-stop")
                .start(() -> new TreeStopper(
                                new ProcessTree(ticket, folder.path(), supervisor),
                                grace,
                                this::isExitNoted,
                                this::stopped)
                        .run());
        return !exited;
    }

    private boolean isExitNoted() {
        try {
            return folder.exitCode().isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stopped() {
        treeGone = true;
        wakeup.wake();
    }

    @Override
    public void close() {
        disarm();
        try (stdout;
                stderr) {
            over = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
