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

    /** A repository whose main branch has one commit with this {@code deploy.sh}. */
    static GitFixture create(Path folder, String script) throws IOException, InterruptedException {
        GitFixture fixture = new GitFixture("octo/app", folder.resolve("app.git"), folder.resolve("work"));
        git(folder, "init", "-q", "--bare", "-b", "main", fixture.bare.toString());
        git(folder, "init", "-q", "-b", "main", fixture.work.toString());
        git(fixture.work, "remote", "add", "origin", fixture.bare.toString());
        fixture.commit("deploy.sh", "#!/bin/sh\n" + script);
        return fixture;
    }

    String url() {
        return "file://" + bare;
    }

    /** Commits a file and pushes it; the commit's name. */
    String commit(String file, String content) throws IOException, InterruptedException {
        Files.createDirectories(work.resolve(file).getParent());
        Files.writeString(work.resolve(file), content);
        git(work, "add", "-A");
        git(work, "-c", "user.name=Mona", "-c", "user.email=mona@example.com", "commit", "-q", "-m", "Change " + file);
        git(work, "push", "-q", "origin", "HEAD:main");
        return head();
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
