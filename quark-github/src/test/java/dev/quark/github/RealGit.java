package dev.quark.github;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CommitSha;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Repositories made by the real {@code git}, without anybody's configuration. */
final class RealGit {

    private final Path root;
    private int names;

    RealGit(Path root) {
        this.root = root;
    }

    /** A new bare repository. */
    Path bare() throws Exception {
        Path repository = root.resolve("repo-" + ++names + ".git");
        run(root, "init", "-q", "--bare", "-b", "main", repository.toString());
        return repository;
    }

    /** A clone of a bare repository to make commits in. */
    Path work(Path bare) throws Exception {
        Path work = root.resolve("work-" + ++names);
        run(root, "clone", "-q", bare.toString(), work.toString());
        return work;
    }

    static CloneUrl url(Path repository) {
        return new CloneUrl("file://" + repository);
    }

    /** Commits just these files to a branch of a bare repository. */
    CommitSha push(Path bare, BranchName branch, String message, String author, Map<String, String> files)
            throws Exception {
        Path work = work(bare);
        if (run(work, "branch", "-r", "--list", "origin/" + branch).isEmpty()) {
            run(work, "checkout", "-q", "--orphan", branch.value());
        } else {
            run(work, "checkout", "-q", "-B", branch.value(), "origin/" + branch);
        }
        if (!run(work, "ls-files").isEmpty()) {
            run(work, "rm", "-q", "-r", "-f", ".");
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = work.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        return commitAndPush(work, branch, message, author);
    }

    /** Commits what is in a work tree, and pushes it whatever was there. */
    CommitSha commitAndPush(Path work, BranchName branch, String message, String author) throws Exception {
        run(work, "add", "-A");
        run(work, "-c", "user.name=" + author, "commit", "-q", "--allow-empty", "-m", message);
        run(work, "push", "-q", "-f", "origin", "HEAD:" + branch.ref());
        return new CommitSha(run(work, "rev-parse", "HEAD"));
    }

    /** Makes a tree as no git command would, and a commit of it that is the head of main. */
    CommitSha pushTree(Path bare, byte[] tree) throws Exception {
        return pushTree(bare, pipeTree(bare, tree));
    }

    String pipeTree(Path bare, byte[] tree) throws Exception {
        return pipe(bare, tree, "hash-object", "-t", "tree", "--literally", "-w", "--stdin");
    }

    private CommitSha pushTree(Path bare, String tree) throws Exception {
        String commit = run(bare, "commit-tree", "-m", "made by hand", tree);
        run(bare, "update-ref", "refs/heads/main", commit);
        return new CommitSha(commit);
    }

    /** The raw form of a tree: mode, name, object, and so on. */
    static byte[] tree(String... entries) throws IOException {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        for (int i = 0; i < entries.length; i += 3) {
            raw.write((entries[i] + " " + entries[i + 1] + "\0").getBytes(StandardCharsets.UTF_8));
            raw.write(HexFormat.of().parseHex(entries[i + 2]));
        }
        return raw.toByteArray();
    }

    String blob(Path repository, String content) throws Exception {
        return pipe(repository, content.getBytes(StandardCharsets.UTF_8), "hash-object", "-w", "--stdin");
    }

    /** What a git command says; it must succeed. */
    String run(Path directory, String... arguments) throws Exception {
        return pipe(directory, new byte[0], arguments);
    }

    private String pipe(Path directory, byte[] input, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        isolate(builder.environment());
        Path errors = Files.createTempFile(root, "git", ".err");
        Process process = builder.redirectError(errors.toFile()).start();
        try (var in = process.getOutputStream()) {
            in.write(input);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + ": " + Files.readString(errors));
        }
        Files.delete(errors);
        return output.strip();
    }

    static void isolate(Map<String, String> environment) {
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_AUTHOR_EMAIL", "author@example.invalid");
        environment.put("GIT_COMMITTER_NAME", "Committer");
        environment.put("GIT_COMMITTER_EMAIL", "committer@example.invalid");
        environment.put("GIT_CONFIG_COUNT", "4");
        environment.put("GIT_CONFIG_KEY_0", "safe.directory");
        environment.put("GIT_CONFIG_VALUE_0", "*");
        environment.put("GIT_CONFIG_KEY_1", "user.name");
        environment.put("GIT_CONFIG_VALUE_1", "Somebody");
        environment.put("GIT_CONFIG_KEY_2", "protocol.file.allow");
        environment.put("GIT_CONFIG_VALUE_2", "always");
        environment.put("GIT_CONFIG_KEY_3", "core.quotePath");
        environment.put("GIT_CONFIG_VALUE_3", "false");
    }

    /** All files of a folder with a name that ends so; some may be removed meanwhile. */
    static List<Path> find(Path folder, String ending) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                return visitFile(path, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                if (path.toString().endsWith(ending)) {
                    found.add(path);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path path, @Nullable IOException failure) throws IOException {
                return failure == null ? FileVisitResult.CONTINUE : visitFileFailed(path, failure);
            }
        });
        return found;
    }
}
