package dev.quark.persistence;

import dev.quark.core.problem.InvalidException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** The file of an SQLite database. */
final class SqliteFile {

    private SqliteFile() {}

    /** The absolute path, where a file is afterwards that only its owner reads; SQLite gives its other files that mode too. */
    static Path create(Path path) {
        Path file = path.toAbsolutePath().normalize();
        try {
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.createFile(file, ownerOnly(file));
        } catch (FileAlreadyExistsException e) {
            if (Files.isDirectory(file)) {
                throw new InvalidException("DATABASE_URL", "must name a file, and " + file + " is a folder");
            }
        } catch (IOException e) {
            InvalidException invalid =
                    new InvalidException("DATABASE_URL", "the database " + file + " can't be created: " + e);
            invalid.initCause(e);
            throw invalid;
        }
        return file;
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
