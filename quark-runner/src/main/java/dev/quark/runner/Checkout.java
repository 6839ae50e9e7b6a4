package dev.quark.runner;

import static java.nio.file.attribute.PosixFilePermission.GROUP_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.GROUP_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;

import dev.quark.core.config.WorkingDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks into a checked out commit without being led out of it by its symbolic links. */
final class Checkout {

    /** Assignments, then a word that means to the shell what it says, then its end. */
    private static final Pattern FIRST_WORD = Pattern.compile(
            "\\s*(?:[A-Za-z_]\\w*=[\\w./:@%+,-]*\\s+)*([^\\s;&|<>()$`'\"\\\\*?\\[\\]{}~#=!]+)(?:[\\s;&|<>)].*)?",
            Pattern.DOTALL);

    private Checkout() {}

    /** The real path of a folder of the checkout; empty where it is none, or lies outside. */
    static Optional<Path> directory(Path root, WorkingDirectory directory) throws IOException {
        return inside(root, root, directory.value()).filter(Files::isDirectory);
    }

    /** Makes the file that a command names first executable; a sentence where that changed it. */
    static Optional<String> makeExecutable(Path root, Path directory, String command) throws IOException {
        Matcher matcher = FIRST_WORD.matcher(command);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String word = matcher.group(1);
        Optional<Path> file = inside(root, directory, word).filter(Files::isRegularFile);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file.get()));
        boolean changed = permissions.add(OWNER_EXECUTE);
        if (!changed) {
            return Optional.empty();
        }
        if (permissions.contains(GROUP_READ)) {
            permissions.add(GROUP_EXECUTE);
        }
        if (permissions.contains(OTHERS_READ)) {
            permissions.add(OTHERS_EXECUTE);
        }
        Files.setPosixFilePermissions(file.get(), permissions);
        return Optional.of(word + " was made executable; \"git update-index --chmod=+x\" does that for good.");
    }

    private static Optional<Path> inside(Path root, Path from, String name) throws IOException {
        try {
            Path real = from.resolve(name).toRealPath();
            return Optional.of(real).filter(path -> path.startsWith(root));
        } catch (java.nio.file.FileSystemException | InvalidPathException e) {
            // It isn't there, or its links go round in circles.
            return Optional.empty();
        }
    }
}
