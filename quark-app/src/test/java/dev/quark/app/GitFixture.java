package dev.quark.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A bare repository and a clone to push from, made by the real git.
 *
 * @param name its full name
 * @param bare the bare repository
 * @param work the clone
 */
record GitFixture(String name, Path bare, Path work) {

    /** An empty repository. */
    static GitFixture of(String name, Path folder) throws IOException, InterruptedException {
        GitFixture fixture = new GitFixture(name, folder.resolve("app.git"), folder.resolve("work"));
        git(folder, "init", "-q", "--bare", "-b", "main", fixture.bare.toString());
        git(folder, "init", "-q", "-b", "main", fixture.work.toString());
        git(fixture.work, "remote", "add", "origin", fixture.bare.toString());
        return fixture;
    }

    /** A repository whose main branch has one commit with this {@code deploy.sh}. */
    static GitFixture create(Path folder, String script) throws IOException, InterruptedException {
        GitFixture fixture = of("octo/app", folder);
        fixture.commit("deploy.sh", "#!/bin/sh\n" + script);
        return fixture;
    }

    String url() {
        return "file://" + bare;
    }

    /** Commits a file and pushes it; the commit's name. */
    String commit(String file, String content) throws IOException, InterruptedException {
        write(file, content);
        commitAll("Change " + file, "main");
        return head();
    }

    void write(String file, String content) throws IOException {
        Path path = work.resolve(file);
        Files.createDirectories(path.resolveSibling("."));
        Files.writeString(path, content);
    }

    /** Commits all that has changed, and pushes it to a branch. */
    void commitAll(String message, String branch) throws IOException, InterruptedException {
        git(work, "add", "-A");
        git(work, "-c", "user.name=Mona", "-c", "user.email=mona@example.com", "commit", "-q", "-m", message);
        git(work, "push", "-q", "origin", "HEAD:refs/heads/" + branch);
    }

    String head() throws IOException, InterruptedException {
        return git(work, "rev-parse", "HEAD").strip();
    }

    static String git(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + output);
        }
        return output;
    }
}
