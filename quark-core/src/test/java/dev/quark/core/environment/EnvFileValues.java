package dev.quark.core.environment;

import dev.quark.core.secret.Secret;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Values that readers of {@code .env} files might stumble over. */
final class EnvFileValues {

    private static final List<String> PIECES = List.of(
            "a",
            "n",
            "r",
            "t",
            "é",
            "ā",
            "€",
            "😀",
            " ",
            "\t",
            "\n",
            "\n\n",
            "\r",
            "\r\n",
            "'",
            "\"",
            "`",
            "$",
            "${",
            "}",
            "${V00}",
            "${V01:-x}",
            "$HOME",
            "$(date)",
            "\\",
            "\\\\",
            "\\n",
            "\\r",
            "\\'",
            "\\\"",
            "#",
            " #",
            "# ",
            "=",
            "!",
            "!!",
            "\u2028",
            "\u2029",
            "\u00a0",
            "\ufeff",
            "\u0085",
            "\u0001",
            "%",
            "(",
            ")",
            ";",
            "&",
            "|",
            "<",
            ">",
            "*",
            "?",
            "[",
            "~",
            "-",
            ":",
            ",",
            "\nB=evil",
            "\nV00=evil",
            "\u2028C=evil",
            "\rD=evil",
            "export E=evil",
            "F: evil",
            "\n# G",
            "'\nH='evil",
            "\"\nI=\"evil\"",
            "#'.",
            "# for npm dotenv:\u2028",
            "# for python-dotenv:\r");

    private static final List<String> WORST = List.of("'", "\"", "`", "$", "\\", "#", "\n", "n", " ");

    private static final List<String> REAL = List.of(
            "",
            " ",
            " x ",
            "production",
            "0.5",
            "https://u:p@h:1/p?q=1&r=2#f",
            "it's",
            "say \"hi\"",
            "C:\\new\\table\\",
            "\\\\server\\share$",
            "pa$$word",
            "a`b`c",
            "#fff",
            "a #b",
            "2+2=4",
            "A=1\nB=2",
            "tab\there",
            "-----BEGIN PRIVATE KEY-----\nMIIEvQ+/=\n-----END PRIVATE KEY-----\n",
            "{\"a\": \"it's\\nme\", \"b\": [1]}",
            "{\n  \"a\": \"\\\\d+ # it is\\n\"\n}",
            "Ünï ćödé 日本",
            "it's $5",
            "it's \\new",
            "^\\d{3}\\\\.$",
            "'",
            "\"",
            "\\",
            "\\'",
            "'quoted'",
            "\"quoted\"",
            "`quoted`",
            "a\\",
            "a\\\nb",
            "=",
            "==",
            "$",
            "!",
            "\n",
            "\r",
            "a\rb",
            "\r\n");

    private EnvFileValues() {}

    /** The same values at each call, in an order that puts many next to many others. */
    static List<String> all() {
        List<String> values = new ArrayList<>(REAL);
        List<String> shorter = List.of("");
        for (int length = 1; length <= 4; length++) {
            List<String> longer = new ArrayList<>();
            for (String piece : WORST) {
                shorter.forEach(text -> longer.add(text + piece));
            }
            values.addAll(longer);
            shorter = longer;
        }
        Random random = new Random(20261123);
        for (int i = 0; i < 6000; i++) {
            values.add(text(random, PIECES, 1 + random.nextInt(8)));
        }
        Collections.shuffle(values, random);
        return values;
    }

    static String text(Random random, List<String> pieces, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(pieces.get(random.nextInt(pieces.size())));
        }
        return text.toString();
    }

    /** The values as variables V00, V01 … of one file each. */
    static List<SortedMap<VariableName, Secret>> files(List<String> values, int perFile) {
        List<SortedMap<VariableName, Secret>> files = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (i % perFile == 0) {
                files.add(new TreeMap<>());
            }
            files.getLast().put(new VariableName("V%02d".formatted(i % perFile)), Secret.of(values.get(i)));
        }
        return files;
    }
}
