package dev.quark.core.source;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.InvalidException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceValuesTest {

    @ParameterizedTest
    @ValueSource(strings = {"main", "release/1.0", "feature/a-b_c", "ünïcode", "a@b", "x.lock.y"})
    void takesBranchesThatGitTakes(String name) {
        assertEquals("refs/heads/" + name, new BranchName(name).ref());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "--upload-pack=x", "-x", "a..b", ".hidden", "a/.b", "a//b", "/a", "a/", "a.", "a.lock", "a.lock/b",
                "a b", "a~1", "a^", "a:b", "a?", "a*", "a[b", "a\\b", "@", "a@{b", "a\nb", "a\u007f"
            })
    void refusesBranchesThatGitRefuses(String name) {
        assertThrows(InvalidException.class, () -> new BranchName(name));
    }

    @Test
    void aCommitsMessageIsShownWithoutTheNewlineThatGitEndsItWith() {
        CommitSha sha = new CommitSha("0".repeat(40));
        assertEquals("Say hello\n\nto all", new Commit(sha, "Say hello\n\nto all\n\n", "Mona").message());
        assertEquals("a".repeat(2000), new Commit(sha, "a".repeat(2001) + "\n", "Mona").message());
    }

    @ParameterizedTest
    @ValueSource(strings = {"octo-org/octo-repo", "a/b", "A_1/b.git", "o/.github"})
    void takesRepositories(String name) {
        assertEquals(name, new RepositoryName(name).value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b/c", "a/..", "a/.", "../b", "a b/c", "a/b;rm", "-a/b", "a/-b", "a/b\n"})
    void refusesWhatIsNoRepository(String name) {
        assertThrows(InvalidException.class, () -> new RepositoryName(name));
    }

    @Test
    void repositoriesCompareWithoutCase() {
        assertEquals(new RepositoryName("Octo/Repo"), new RepositoryName("octo/repo"));
        assertEquals(new RepositoryName("Octo/Repo").hashCode(), new RepositoryName("octo/repo").hashCode());
        assertNotEquals(new RepositoryName("octo/repo"), new RepositoryName("octo/repo2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"release/*", "**", "v?", "main"})
    void takesPatterns(String pattern) {
        assertDoesNotThrow(() -> new BranchPattern(pattern));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--upload-pack=*", "a b*", "a..*"})
    void refusesPatternsThatMatchNoBranch(String pattern) {
        assertThrows(InvalidException.class, () -> new BranchPattern(pattern));
    }

    @Test
    void aPatternNamesABranchOrMatchesSeveral() {
        assertEquals(new BranchName("main"), new BranchPattern("main").branch().orElseThrow());
        assertTrue(new BranchPattern("release/*").branch().isEmpty());
        assertTrue(new BranchPattern("release/*").matches(new BranchName("release/1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123456789012345678901234567890123456789"})
    void takesWholeShas(String sha) {
        assertEquals("0123456", new CommitSha(sha).abbreviated());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0123456", "012345678901234567890123456789012345678g", "HEAD"})
    void refusesAbbreviatedShas(String sha) {
        assertThrows(InvalidException.class, () -> new CommitSha(sha));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://github.com/a/b.git", "http://localhost:3000/a/b", "file:///srv/git/a.git", "HTTPS://x/y"
            })
    void takesCloneUrls(String url) {
        assertEquals(url, new CloneUrl(url).value());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/srv/git/a",
                "ssh://git@host/a",
                "git@github.com:a/b",
                "ext::sh -c id",
                "https://user:pw@host/a",
                "https://token@host/a",
                "file://host/a",
                "file:///",
                "https://host",
                "https://host/a/../../b",
                "https://host/a?x=1",
                "https://host/a#b",
                "file:///srv/%2e%2e/etc",
                "--upload-pack=x",
                "https:///a"
            })
    void refusesCloneUrlsThatCouldDoHarm(String url) {
        assertThrows(InvalidException.class, () -> new CloneUrl(url));
    }

    @Test
    void aPrefixEndsAtAPartOfThePath() {
        CloneUrl url = new CloneUrl("https://GitHub.com/octo/repo.git");
        assertTrue(url.isUnder("https://github.com"));
        assertTrue(url.isUnder("https://github.com/octo/"));
        assertFalse(url.isUnder("https://github.com/oct"));
        assertFalse(url.isUnder("https://github.com/OCTO"));
        assertFalse(new CloneUrl("https://github.com.example.org/octo/repo").isUnder("https://github.com"));
        assertFalse(new CloneUrl("file:///srv/github/x").isUnder("file:///srv/git"));
    }

    @Test
    void onlyAllowedSourcesAreCloned() {
        CloneUrls urls = new CloneUrls("https://github.com", List.of("file:///srv/git"));
        RepositoryName name = new RepositoryName("octo/repo");
        assertEquals(new CloneUrl("https://github.com/octo/repo.git"), urls.of(name, null));
        assertEquals(
                "file:///srv/git/x",
                urls.of(name, new CloneUrl("file:///srv/git/x")).value());
        assertThrows(InvalidException.class, () -> urls.of(name, new CloneUrl("file:///etc/x")));
        assertThrows(InvalidException.class, () -> urls.of(name, new CloneUrl("https://example.org/x")));
    }
}
