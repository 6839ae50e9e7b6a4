package dev.quark.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What keeps the server from doing its work now: an unreachable database, a full disk. */
record Obstacles(BooleanSupplier databaseIsReachable, Path dataDir) implements Supplier<List<String>> {

    /** Less free space than this is a full disk: a checkout and its log would not fit. */
    private static final long NEEDED_BYTES = 100L << 20;

    @Override
    public List<String> get() {
        List<String> obstacles = new ArrayList<>();
        if (!databaseIsReachable.getAsBoolean()) {
            obstacles.add("The database does not answer.");
        }
        try {
            long free = Files.getFileStore(dataDir).getUsableSpace();
            if (free < NEEDED_BYTES) {
                obstacles.add("The disk is full: " + (free >> 20) + " MiB are left in DATA_DIR.");
            }
        } catch (IOException e) {
            obstacles.add("DATA_DIR can't be read.");
        }
        return obstacles;
    }
}
