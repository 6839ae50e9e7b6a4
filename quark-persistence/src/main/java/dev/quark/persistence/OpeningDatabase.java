package dev.quark.persistence;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A database that is being opened on a thread of its own; whoever asks it something waits until it is there. */
final class OpeningDatabase implements Database {

    private final CompletableFuture<Database> opened = new CompletableFuture<>();

    OpeningDatabase(Supplier<Database> open) {
        Thread.ofPlatform().name("database-open").daemon().start(() -> {
            try {
                opened.complete(open.get());
            } catch (Throwable e) {
                opened.completeExceptionally(e);
            }
        });
    }

    /** Waits until it is open; throws what opening it threw. */
    Database join() {
        try {
            return opened.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException runtime ? runtime : e;
        }
    }

    @Override
    public <T extends @Nullable Object> T write(Unit<T> unit) {
        return join().write(unit);
    }

    @Override
    public <T extends @Nullable Object> T read(Unit<T> unit) {
        return join().read(unit);
    }

    @Override
    public DatabaseFigures figures() {
        return join().figures();
    }

    @Override
    public boolean isReachable() {
        return opened.isDone() && !opened.isCompletedExceptionally() && join().isReachable();
    }

    /** Waits for it to be open, because nothing else could let go of it. */
    @Override
    public void close() {
        opened.handle((database, failure) -> {
                    if (database != null) {
                        database.close();
                    }
                    return null;
                })
                .join();
    }
}
