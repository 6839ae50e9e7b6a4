package dev.quark.runner;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Cgroups (version 2) below QUARK's own, one per command: what a command starts stays in its cgroup, whatever it does to
 * its environment, session and parents. No controller is needed, only the right to make a folder there, which root has and
 * a systemd service with {@code Delegate=yes}.
 */
final class Cgroups {

    private static final String PREFIX = "quark-";

    private final @Nullable Path home;

    private Cgroups(@Nullable Path home) {
        this.home = home;
    }

    static Cgroups none() {
        return new Cgroups(null);
    }

    /** Those of this machine; none where there is no version 2, or QUARK's own cgroup isn't in sight. */
    static Cgroups find() {
        try {
            return new Cgroups(home(
                    Files.readString(Path.of("/proc/self/mountinfo")), Files.readString(Path.of("/proc/self/cgroup"))));
        } catch (IOException e) {
            return none();
        }
    }

    /** QUARK's own cgroup, from what the kernel says of its mounts and of this process. */
    static @Nullable Path home(String mountinfo, String cgroup) {
        String own = cgroup.lines()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring(3))
                .findFirst()
                .orElse(null);
        if (own == null || own.contains("/..") || own.endsWith(" (deleted)")) {
            return null;
        }
        for (String line : mountinfo.lines().toList()) {
            String[] sides = line.split(" - ", 2);
            String[] fields = sides[0].split(" ", 7);
            if (sides.length < 2 || !sides[1].startsWith("cgroup2 ") || fields.length < 5) {
                continue;
            }
            String root = fields[3].equals("/") ? "" : fields[3];
            if (own.equals(root) || own.startsWith(root + "/")) {
                String below = own.substring(root.length()).replaceFirst("^/+", "");
                return Path.of(fields[4].replace("\\040", " ")).resolve(below);
            }
        }
        return null;
    }

    /** A cgroup for a run; empty where none can be made. */
    Optional<Path> make(String name) {
        if (home == null) {
            return Optional.empty();
        }
        Path cgroup = home.resolve(PREFIX + name);
        try {
            if (!Files.isDirectory(cgroup)) {
                Files.createDirectory(cgroup);
            }
            return Files.isWritable(members(cgroup)) ? Optional.of(cgroup) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The file that a process writes 0 to in order to join. */
    static Path members(Path cgroup) {
        return cgroup.resolve("cgroup.procs");
    }

    /** The numbers of the processes in a cgroup and in those below it. */
    static List<Long> processes(Path cgroup) {
        List<Long> pids = new ArrayList<>();
        for (Path folder : withThoseBelow(cgroup)) {
            try (Stream<String> lines = Files.lines(members(folder))) {
                lines.map(Long::valueOf).filter(pid -> pid > 0).forEach(pids::add);
            } catch (IOException | RuntimeException e) {
                // It was removed meanwhile.
            }
        }
        return pids;
    }

    /** Kills all processes in a cgroup at once, those that are being forked as well, where the kernel can (5.14). */
    static void kill(Path cgroup) {
        Path file = cgroup.resolve("cgroup.kill");
        try {
            if (Files.exists(file)) {
                Files.writeString(file, "1", StandardOpenOption.WRITE);
            }
        } catch (IOException e) {
            // The processes are killed one by one as well.
        }
    }

    /** Removes a run's cgroup where it has one, unless there are processes in it. */
    static void removeIfEmpty(@Nullable Path cgroup) {
        if (cgroup == null) {
            return;
        }
        for (Path folder : withThoseBelow(cgroup).reversed()) {
            try {
                Files.deleteIfExists(folder);
            } catch (IOException e) {
                return;
            }
        }
    }

    /** Removes the empty cgroups that earlier runs left. */
    void sweep() {
        if (home == null) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(home, PREFIX + "????????-*")) {
            left.forEach(Cgroups::removeIfEmpty);
        } catch (IOException | RuntimeException e) {
            // They are small, and gone when the machine is restarted.
        }
    }

    /** Parents before children. */
    private static List<Path> withThoseBelow(Path cgroup) {
        List<Path> found = new ArrayList<>();
        found.add(cgroup);
        for (int i = 0; i < found.size(); i++) {
            try (DirectoryStream<Path> below = Files.newDirectoryStream(found.get(i), Files::isDirectory)) {
                below.forEach(found::add);
            } catch (IOException | RuntimeException e) {
                // It was removed meanwhile.
            }
        }
        return found;
    }
}
