package dev.quark.github;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done to a folder that holds the files of one tree so that it holds those of another. Every tree that is
 * looked at is checked first: no name in it leaves the folder, reaches into {@code .git}, or stands twice.
 */
final class TreeChanges {

    /** Deeper folders have paths that no file system takes. */
    private static final int DEEPEST = 1000;

    /** Twice what large repositories such as Linux have; with paths of 90 characters a heap of 192 MiB holds them. */
    static final int MOST_FILES = 200_000;

    private final ObjectReader reader;
    private final ObjectChecker checker = new ObjectChecker()
            .setAllowLeadingZeroFileMode(true)
            .setSafeForMacOS(SystemReader.getInstance().isMacOS())
            .setSafeForWindows(SystemReader.getInstance().isWindows());
    private final List<String> removed = new ArrayList<>();
    private final List<String> removedFiles = new ArrayList<>();
    private final List<String> folders = new ArrayList<>();
    private final List<TreeFile> files = new ArrayList<>();
    private final List<Submodule> submodules = new ArrayList<>();

    private TreeChanges(ObjectReader reader) {
        this.reader = reader;
    }

    /**
     * Compares two trees.
     *
     * @param from what the folder holds; null for nothing
     * @param to what it is to hold
     */
    static TreeChanges between(ObjectReader reader, @Nullable ObjectId from, ObjectId to)
            throws Refusal, DamagedMirrorException {
        TreeChanges changes = new TreeChanges(reader);
        changes.compare(from, to, "", 0);
        return changes;
    }

    /** Files and folders to remove, with all that is in them; before anything is written. */
    List<String> removed() {
        return removed;
    }

    /** The files among what is removed, one by one. */
    List<String> removedFiles() {
        return removedFiles;
    }

    /** Folders to make, parents first. */
    List<String> folders() {
        return folders;
    }

    /** Files to write, in the order of the trees. */
    List<TreeFile> files() {
        return files;
    }

    /** The folders of submodules; all of them, since no folder that changes are made to holds any. */
    List<Submodule> submodules() {
        return submodules;
    }

    /** {@code the file a}, or {@code the file a and 2 more}. */
    static String named(String what, List<String> names) {
        return "the " + what + " " + names.get(0) + (names.size() > 1 ? " and " + (names.size() - 1) + " more" : "");
    }

    private record Entry(FileMode mode, ObjectId id) {}

    private void compare(@Nullable ObjectId from, ObjectId to, String prefix, int depth)
            throws Refusal, DamagedMirrorException {
        if (depth > DEEPEST) {
            throw new Refusal("The commit has folders in folders more than " + DEEPEST + " deep");
        }
        Map<String, Entry> old = from == null ? Map.of() : entries(from, prefix, false);
        Map<String, Entry> now = entries(to, prefix, true);
        for (Map.Entry<String, Entry> was : old.entrySet()) {
            Entry is = now.get(was.getKey());
            if (is == null || isFolder(is) != isFolder(was.getValue())) {
                removed.add(prefix + was.getKey());
                listFiles(was.getValue(), prefix + was.getKey());
            } else if (!isFolder(is) && !is.equals(was.getValue())) {
                removed.add(prefix + was.getKey());
            }
        }
        for (Map.Entry<String, Entry> is : now.entrySet()) {
            Entry was = old.get(is.getKey());
            if (!is.getValue().equals(was)) {
                add(is.getValue(), was, prefix + is.getKey(), depth);
            }
        }
    }

    private void add(Entry is, @Nullable Entry was, String path, int depth) throws Refusal, DamagedMirrorException {
        if (files.size() + folders.size() + submodules.size() >= MOST_FILES) {
            throw new Refusal("The commit has more than " + MOST_FILES + " files and folders, the most that are"
                    + " checked out: deploy a repository with less in it");
        }
        if (isFolder(is)) {
            boolean there = was != null && isFolder(was);
            if (!there) {
                folders.add(path);
            }
            compare(there && was != null ? was.id() : null, is.id(), path + "/", depth + 1);
        } else if (is.mode().equals(FileMode.GITLINK)) {
            submodules.add(new Submodule(path, is.id()));
        } else {
            files.add(new TreeFile(path, is.mode(), is.id()));
        }
    }

    private void listFiles(Entry entry, String path) throws Refusal, DamagedMirrorException {
        if (!isFolder(entry)) {
            removedFiles.add(path);
            return;
        }
        for (Map.Entry<String, Entry> child :
                entries(entry.id(), path + "/", false).entrySet()) {
            listFiles(child.getValue(), path + "/" + child.getKey());
        }
    }

    private Map<String, Entry> entries(ObjectId tree, String prefix, boolean check)
            throws Refusal, DamagedMirrorException {
        byte[] raw;
        try {
            raw = reader.open(tree, Constants.OBJ_TREE).getCachedBytes(Integer.MAX_VALUE);
        } catch (IOException e) {
            throw new DamagedMirrorException(e);
        }
        if (check) {
            check(tree, raw, prefix);
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        CanonicalTreeParser parser = new CanonicalTreeParser();
        for (parser.reset(raw); !parser.eof(); parser.next()) {
            entries.put(name(parser, prefix), new Entry(parser.getEntryFileMode(), parser.getEntryObjectId()));
        }
        return entries;
    }

    private void check(ObjectId tree, byte[] raw, String prefix) throws Refusal {
        try {
            checker.checkTree(tree, raw);
        } catch (CorruptObjectException e) {
            throw new Refusal(
                    "The commit isn't safe to check out: the folder /" + prefix + " has a forbidden file name ("
                            + e.getMessage() + "): remove or rename the file",
                    e);
        }
    }

    private static String name(CanonicalTreeParser parser, String prefix) throws Refusal {
        int start = parser.getNameOffset();
        ByteBuffer name = ByteBuffer.wrap(parser.getEntryPathBuffer(), start, parser.getNameLength());
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(name).toString();
        } catch (CharacterCodingException e) {
            throw new Refusal("The folder /" + prefix + " has a file whose name isn't UTF-8: rename the file", e);
        }
    }

    private static boolean isFolder(Entry entry) {
        return entry.mode().equals(FileMode.TREE);
    }
}
