package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.UnavailableException;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.SourceCredentials;
import dev.quark.core.source.SourceCredentials.Credentials;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Repositories that their host shows to those alone who have a token. */
class PrivateCheckoutTest extends GitCheckoutTest {

    private static final String TOKEN = "gho_16C7e42F292c6912E7710c838347Ae178B4a";
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString(("x-access-token:" + TOKEN).getBytes(StandardCharsets.UTF_8));

    private final List<CloneUrl> asked = new CopyOnWriteArrayList<>();
    private GitHttpServer server;
    private Path bare;
    private CloneUrl url;

    @BeforeEach
    void serve() throws Exception {
        server = GitHttpServer.start(repositories);
        server.demand("x-access-token", TOKEN);
        bare = git.bare();
        url = server.url(bare);
        git.push(bare, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        reopen(knows(TOKEN));
    }

    private SourceCredentials knows(String token) {
        return url -> {
            asked.add(url);
            return Optional.of(new Credentials("x-access-token", Secret.of(token), "mona"));
        };
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void itIsCheckedOutWithItsOwnersToken() throws Exception {
        checkedOut(url, MAIN, null, folder.resolve("r1"));
        git.push(bare, MAIN, "Second", "Ada", Map.of("a.txt", "two"));
        checkedOut(url, MAIN, null, folder.resolve("r2"));

        assertEquals(Map.of("a.txt", "two"), files(folder.resolve("r2")));
        assertTrue(server.credentials().stream().allMatch(sent -> sent.endsWith(BASIC)));
    }

    @Test
    void theTokenIsInNoFileOfTheCheckoutOrTheMirror() throws Exception {
        checkedOut(url, MAIN, null, folder.resolve("r"));
        awaitSpare(url, MAIN);

        assertFalse(server.credentials().isEmpty());
        String encoded = BASIC.substring("Basic ".length());
        for (Path file : RealGit.find(folder, "")) {
            if (Files.isRegularFile(file)) {
                String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertFalse(content.contains(TOKEN) || content.contains(encoded), file.toString());
            }
        }
        assertEquals("", git.run(folder.resolve("r"), "remote"));
    }

    @Test
    void noOtherUserOfTheMachineCanReadIt() throws Exception {
        for (String name : List.of("mirrors", "spares")) {
            Files.setPosixFilePermissions(data.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        reopen(knows(TOKEN));
        checkedOut(url, MAIN, null, folder.resolve("r"));
        awaitSpare(url, MAIN);

        for (String name : List.of("mirrors", "spares")) {
            assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(name))),
                    name);
        }
    }

    @Test
    void nobodyIsAskedForATokenWhereEverybodyMayRead() throws Exception {
        try (GitHttpServer open = GitHttpServer.start(repositories)) {
            checkedOut(open.url(bare), MAIN, null, folder.resolve("r"));
            assertEquals(List.of(), open.credentials());
        }
        assertEquals(List.of(), asked);
    }

    @Test
    void withoutATokenItSaysWhatToDo() throws Exception {
        reopen(SourceCredentials.NONE);
        assertTrue(refused(url, MAIN, null, "or it is private").contains("sign in with GitHub"));
    }

    @Test
    void aRevokedTokenIsShownOnceAndSaysWhatToDo() throws Exception {
        reopen(knows("gho_revoked"));

        String reason = refused(url, MAIN, null, "refuses the token of mona");

        assertTrue(reason.contains("sign in with GitHub again"));
        assertFalse(reason.contains("gho_"));
        assertEquals(1, server.credentials().size());
    }

    @Test
    void aTokenThatCanNotBeHadNowIsARefusalThatSaysSo() throws Exception {
        reopen(url -> {
            throw new UnavailableException("The database doesn't answer.");
        });
        refused(url, MAIN, null, "The database doesn't answer.");
    }

    @Test
    void aTokenWithoutAccessSaysWhatIsMissing() throws Exception {
        for (Map.Entry<Integer, String> answer : Map.of(
                        403, "the scope repo", 404, "deleted or renamed, or mona has no access")
                .entrySet()) {
            try (GitHttpServer closed = GitHttpServer.demandingThenAnswering(repositories, answer.getKey())) {
                refused(closed.url(bare), MAIN, null, answer.getValue());
            }
        }
    }

    @Test
    void aRepositoryThatIsGoneSaysSoWithoutAToken() throws Exception {
        try (GitHttpServer gone = GitHttpServer.answering(repositories, 404)) {
            refused(gone.url(bare), MAIN, null, "deleted or renamed");
        }
        try (GitHttpServer forbidden = GitHttpServer.answering(repositories, 403)) {
            refused(forbidden.url(bare), MAIN, null, "refuses access");
        }
    }

    @Test
    void theTokenIsNotTakenToAnotherHost() throws Exception {
        try (GitHttpServer other = GitHttpServer.start(repositories)) {
            other.demand("x-access-token", TOKEN);
            String there = other.url(bare) + "/info/refs?service=git-upload-pack";
            try (GitHttpServer liar = GitHttpServer.answering(repositories, 302, "Location", there)) {
                refused(liar.url(bare), MAIN, null, "another host");
                refused(liar.url(bare), MAIN, null, "another host");
            }
            assertEquals(List.of(), other.requests());
        }
        assertEquals(List.of(), asked);
    }

    @Test
    void aRenamedRepositoryIsFollowedOnItsHost() throws Exception {
        CloneUrl renamed = new CloneUrl(server.base() + "/old-name.git");
        server.redirect("/old-name.git", "/" + repositories.relativize(bare));

        checkedOut(renamed, MAIN, null, folder.resolve("r"));

        assertEquals(Map.of("a.txt", "one"), files(folder.resolve("r")));
    }

    @Test
    void submodulesOfTheSameAccountAreReadWithTheTokenAndOthersWithout() throws Exception {
        Path account = Files.createDirectories(repositories.resolve("acme"));
        RealGit acme = new RealGit(account);
        Path app = acme.bare();
        Path library = acme.bare();
        acme.push(library, MAIN, "Library", "Ada", Map.of("lib.txt", "lib"));
        Path work = acme.work(app);
        Submoduled.add(acme, work, "vendor/lib", "../" + library.getFileName(), library);
        acme.commitAndPush(work, MAIN, "Submodule", "Ada");

        checkedOut(server.url(app), MAIN, null, folder.resolve("r"));
        assertEquals("lib", Files.readString(folder.resolve("r/vendor/lib/lib.txt")));
        assertEquals(List.of(server.url(app), server.url(app)), asked);

        Submoduled.add(acme, work, "vendor/foreign", "../../" + bare.getFileName(), bare);
        acme.commitAndPush(work, MAIN, "Somebody else's", "Ada");
        String reason = refused(server.url(app), MAIN, null, "The submodule vendor/foreign can't be checked out");
        assertTrue(reason.contains("a submodule of another account is read without a token"));
        assertTrue(server.credentials().stream().noneMatch(sent -> sent.startsWith("/" + bare.getFileName())));
    }

    @Test
    void whatWasFetchedWithATokenIsNotHandedOutAsSomebodyElsesSubmodule() throws Exception {
        checkedOut(url, MAIN, null, folder.resolve("r"));
        Path account = Files.createDirectories(repositories.resolve("stranger"));
        RealGit stranger = new RealGit(account);
        Path app = stranger.bare();
        Path work = stranger.work(app);
        Submoduled.add(stranger, work, "loot", "../../" + bare.getFileName(), bare);
        stranger.commitAndPush(work, MAIN, "Give me that", "Eve");

        refused(server.url(app), MAIN, null, "The submodule loot can't be checked out");
    }
}
