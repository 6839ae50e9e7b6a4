package dev.quark.core.environment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The programs that read {@code .env} files in production, each started once for many files. */
final class EnvFileReaders {

    /** What a shell adds to an empty environment, and HOME, which it might put for a tilde. */
    private static final Set<String> OF_THE_SHELL = Set.of("HOME", "PWD", "OLDPWD", "SHLVL", "_");

    private static final String SHELL = """
            for file in *.env; do
              env -i HOME=/home/x PATH=/usr/bin:/bin sh -c 'unset PATH; set -a; . "./$1"; exec /usr/bin/env -0' \\
                sh "$file" >"$file.out" || exit 1
            done
            """;

    private static final String NPM = """
            const fs = require('fs'), dotenv = require('dotenv'), fast = process.argv[1] === 'fast';
            const hex = text => Buffer.from(text, 'utf8').toString('hex');
            for (const file of fs.readdirSync('.').filter(name => name.endsWith('.env'))) {
              const read = dotenv.parse(fs.readFileSync(file, { encoding: 'utf8' }), { fast });
              fs.writeFileSync(file + '.out', Object.entries(read).map(([k, v]) => hex(k) + '=' + hex(v) + '\\n').join(''));
            }
            """;

    private static final String PYTHON = """
            import glob, logging
            from dotenv import dotenv_values
            logging.disable(logging.CRITICAL)
            for file in glob.glob('*.env'):
                with open(file + '.out', 'w') as out:
                    for name, value in dotenv_values(file).items():
                        shown = '-' if value is None else value.encode('utf-8').hex()
                        out.write(name.encode('utf-8').hex() + '=' + shown + '\\n')
            """;

    private EnvFileReaders() {}

    static List<Map<String, String>> shell(Path folder, List<String> files) {
        write(folder, files);
        run(folder, Map.of(), List.of("sh", "-c", SHELL));
        return outputs(folder, files.size(), output -> {
            Map<String, String> read = new TreeMap<>();
            Pattern.compile("\0")
                    .splitAsStream(output)
                    .filter(entry -> !entry.isEmpty())
                    .forEach(entry -> {
                        int equals = entry.indexOf('=');
                        if (!OF_THE_SHELL.contains(entry.substring(0, equals))) {
                            read.put(entry.substring(0, equals), entry.substring(equals + 1));
                        }
                    });
            return read;
        });
    }

    /** @param fast whether with the scanner that dotenv 18 has besides its regular expression */
    static List<Map<String, String>> npm(Path folder, List<String> files, boolean fast) {
        require("node and npm", NpmDotenv.INSTALLED);
        write(folder, files);
        run(
                folder,
                Map.of("NODE_PATH", NpmDotenv.FOLDER.resolve("node_modules").toString()),
                List.of("node", "-e", NPM, fast ? "fast" : "regex"));
        return outputs(folder, files.size(), EnvFileReaders::hexPairs);
    }

    static List<Map<String, String>> python(Path folder, List<String> files) {
        require("Debian's python3-dotenv", succeeds(Path.of("."), List.of("/usr/bin/python3", "-c", "import dotenv")));
        write(folder, files);
        run(folder, Map.of(), List.of("/usr/bin/python3", "-c", PYTHON));
        return outputs(folder, files.size(), EnvFileReaders::hexPairs);
    }

    /** Skips the test where a reader isn't installed, and fails it in CI, where all must be. */
    private static void require(String reader, boolean there) {
        if (!there && "true".equals(System.getenv("CI"))) {
            Assertions.fail(reader + " must be installed in CI");
        }
        Assumptions.assumeTrue(there, reader + " not installed: .env files are not compared with it");
    }

    private static void write(Path folder, List<String> files) {
        try {
            Files.createDirectories(folder);
            for (int i = 0; i < files.size(); i++) {
                Files.write(folder.resolve(i + ".env"), files.get(i).getBytes(UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Map<String, String>> outputs(
            Path folder, int count, java.util.function.Function<String, Map<String, String>> reading) {
        List<Map<String, String>> all = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                all.add(reading.apply(Files.readString(folder.resolve(i + ".env.out"))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static Map<String, String> hexPairs(String output) {
        Map<String, String> read = new TreeMap<>();
        output.lines().forEach(line -> {
            int equals = line.indexOf('=');
            String value = line.substring(equals + 1);
            read.put(text(line.substring(0, equals)), value.equals("-") ? "no value" : text(value));
        });
        return read;
    }

    private static String text(String hex) {
        return new String(HexFormat.of().parseHex(hex), UTF_8);
    }

    private static void run(Path folder, Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
            builder.environment().putAll(environment);
            builder.redirectOutput(folder.resolve("output.txt").toFile());
            Process process = builder.start();
            Assertions.assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> command.getFirst() + " hangs");
            Assertions.assertEquals(0, process.exitValue(), Files.readString(folder.resolve("output.txt")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static boolean succeeds(Path folder, List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** npm's dotenv in {@code target}, as {@code src/test/npm} locks it. */
    private static final class NpmDotenv {

        static final Path FOLDER = Path.of("target/npm").toAbsolutePath();
        static final boolean INSTALLED = install();

        private static boolean install() {
            try {
                Files.createDirectories(FOLDER);
                boolean changed = false;
                for (String file : List.of("package.json", "package-lock.json", ".npmrc")) {
                    byte[] wanted = Files.readAllBytes(Path.of("src/test/npm", file));
                    Path copy = FOLDER.resolve(file);
                    if (!Files.exists(copy) || !java.util.Arrays.equals(wanted, Files.readAllBytes(copy))) {
                        Files.write(copy, wanted);
                        changed = true;
                    }
                }
                boolean there = !changed && Files.exists(FOLDER.resolve("node_modules/dotenv"));
                return there
                        ? succeeds(FOLDER, List.of("node", "--version"))
                        : succeeds(FOLDER, List.of("npm", "ci", "--ignore-scripts"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
