package dev.quark.github;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.SourceCheckout;
import dev.quark.core.source.SourceCheckoutContract;
import dev.quark.core.source.SourceCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class LocalContractTest extends SourceCheckoutContract {

    private Path repositories;
    private GitSources sources;
    private RealGit git;

    @BeforeEach
    void open() throws Exception {
        repositories = Files.createDirectories(folder.toRealPath().resolve("repositories"));
        git = new RealGit(repositories);
        sources = GitSources.open(new GitSources.Settings(folder.resolve("data"), url -> true, SourceCredentials.NONE));
    }

    @AfterEach
    void close() {
        sources.close();
    }

    @Override
    protected SourceCheckout checkout() {
        return sources.checkout();
    }

    @Override
    protected CloneUrl newRepository() throws Exception {
        return RealGit.url(git.bare());
    }

    @Override
    protected CloneUrl noRepository() {
        return RealGit.url(repositories.resolve("nothing.git"));
    }

    @Override
    protected CommitSha push(CloneUrl url, BranchName branch, String message, String author, Map<String, String> files)
            throws Exception {
        return git.push(path(url), branch, message, author, files);
    }

    @Override
    protected void deleteBranch(CloneUrl url, BranchName branch) throws Exception {
        git.run(path(url), "branch", "-D", branch.value());
    }

    private static Path path(CloneUrl url) {
        return Path.of(url.value().substring("file://".length()));
    }
}
