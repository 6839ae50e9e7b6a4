package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.SourceCredentials;
import dev.quark.core.source.SourceHeads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceHeadsTest {

    private static final BranchName MAIN = new BranchName("main");

    @TempDir
    private Path folder;

    private RealGit git;
    private GitHttpServer server;
    private GitSources sources;
    private SourceHeads heads;

    @BeforeEach
    void open() throws Exception {
        Path repositories = Files.createDirectories(folder.toRealPath().resolve("repositories"));
        git = new RealGit(repositories);
        server = GitHttpServer.start(repositories);
        sources =
                GitSources.open(new GitSources.Settings(folder.resolve("data"), url -> false, SourceCredentials.NONE));
        heads = sources.heads();
    }

    @AfterEach
    void close() {
        sources.close();
        server.close();
    }

    @Test
    void followsABranchOverHttpAndOnDisk() throws Exception {
        Path bare = git.bare();
        for (CloneUrl url : new CloneUrl[] {server.url(bare), RealGit.url(bare)}) {
            CommitSha first = git.push(bare, MAIN, "First\n\n[skip ci] " + url, "Mona", Map.of("a", url.value()));
            SourceHeads.Head head = heads.head(url, MAIN).orElseThrow();
            assertEquals(first, head.commit().sha());
            assertEquals("Mona", head.commit().author());
            String message = head.commit().message();
            assertNotNull(message);
            assertTrue(message.contains("[skip ci]"), message);
            assertNotNull(head.at());
            CommitSha second = git.push(bare, MAIN, "Second", "Mona", Map.of("b", url.value()));
            assertEquals(second, heads.head(url, MAIN).orElseThrow().commit().sha());
        }
    }

    @Test
    void aCommitThatIsHereAlreadyIsNotFetchedAgain() throws Exception {
        Path bare = git.bare();
        git.push(bare, MAIN, "First", "Mona", Map.of("a", "1"));
        heads.head(server.url(bare), MAIN);
        int before = server.requests().size();
        heads.head(server.url(bare), MAIN);
        long fetches = server.requests().subList(before, server.requests().size()).stream()
                .filter(request -> request.startsWith("POST"))
                .count();
        assertTrue(fetches <= 1, () -> server.requests().toString());
    }

    @Test
    void noBranchAndNoRepositoryAreNoHead() throws Exception {
        Path bare = git.bare();
        assertEquals(Optional.empty(), heads.head(server.url(bare), MAIN));
        assertEquals(Optional.empty(), heads.head(RealGit.url(bare), MAIN));
        assertEquals(Optional.empty(), heads.head(new CloneUrl(server.base() + "/none.git"), MAIN));
    }
}
