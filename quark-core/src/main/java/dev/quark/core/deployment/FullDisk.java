package dev.quark.core.deployment;

import java.util.List;
import java.util.Optional;

/** Tells a full disk from QUARK's other faults, since a person can do something about it. */
final class FullDisk {

    /** The JDK gives an error of the system by its text alone. */
    private static final List<String> TEXTS = List.of("No space left on device", "Disk quota exceeded");

    private FullDisk() {}

    /** What to do, where a full disk is behind a fault. */
    static Optional<String> explained(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (TEXTS.stream().anyMatch(message::contains)) {
                return Optional.of("the disk is full: make room in DATA_DIR, for example by a lower keep_releases, and"
                        + " deploy again");
            }
        }
        return Optional.empty();
    }
}
