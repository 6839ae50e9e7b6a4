package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.Test;

class TreeChangesTest {

    private final InMemoryRepository repository = new InMemoryRepository(new DfsRepositoryDescription("bomb"));

    /** A folder that has the same thing in it many times, under different names. */
    private ObjectId folder(FileMode mode, ObjectId same, int times) throws IOException {
        TreeFormatter tree = new TreeFormatter();
        for (int i = 0; i < times; i++) {
            tree.append("n%06d".formatted(i), mode, same);
        }
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            ObjectId id = inserter.insert(tree);
            inserter.flush();
            return id;
        }
    }

    private ObjectId file() throws IOException {
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            ObjectId id = inserter.insert(Constants.OBJ_BLOB, new byte[1]);
            inserter.flush();
            return id;
        }
    }

    @Test
    void aFewObjectsThatStandForCountlessFilesAreRefused() throws Exception {
        ObjectId bomb = folder(FileMode.REGULAR_FILE, file(), 10);
        for (int i = 0; i < 12; i++) {
            bomb = folder(FileMode.TREE, bomb, 10);
        }
        ObjectId root = bomb;
        try (ObjectReader reader = repository.newObjectReader()) {
            Refusal refusal = assertThrows(Refusal.class, () -> TreeChanges.between(reader, null, root));
            assertTrue(String.valueOf(refusal.getMessage()).contains("more than 200000 files"), refusal.getMessage());
        }
    }

    @Test
    void aLargeRepositoryIsTaken() throws Exception {
        ObjectId root = folder(FileMode.TREE, folder(FileMode.REGULAR_FILE, file(), 1000), 150);
        try (ObjectReader reader = repository.newObjectReader()) {
            assertEquals(
                    150_000, TreeChanges.between(reader, null, root).files().size());
        }
    }
}
