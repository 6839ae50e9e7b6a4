package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prometheus' text format 0.0.4, read strictly: whatever the format or its conventions don't allow fails. */
final class Exposition {

    private static final Pattern HELP = Pattern.compile("# HELP ([a-z_][a-z0-9_]*) (\\S.*)");
    private static final Pattern TYPE = Pattern.compile("# TYPE ([a-z_][a-z0-9_]*) (counter|gauge|histogram)");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-z_][a-z0-9_]*)(?:\\{(.*)})? (-?[0-9.]+(?:E-?[0-9]+)?|\\+Inf|NaN)");
    private static final Pattern LABEL = Pattern.compile("([a-z_][a-z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\\"n])*)\"(,|$)");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, Map<Map<String, String>, Double>> samples = new HashMap<>();

    private Exposition() {}

    static Exposition parse(String text) {
        assertTrue(text.endsWith("\n"), "the last line has an end");
        Exposition all = new Exposition();
        String family = "";
        String helped = "";
        for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
            if (line.startsWith("# HELP ")) {
                helped = group(HELP, line, 1);
            } else if (line.startsWith("# TYPE ")) {
                family = group(TYPE, line, 1);
                assertEquals(helped, family, "a help text comes first");
                assertTrue(all.types.put(family, group(TYPE, line, 2)) == null, () -> "twice: " + line);
                assertEquals(
                        all.types.get(family).equals("counter"),
                        family.endsWith("_total"),
                        () -> "counters, and nothing else, end with _total: " + line);
            } else {
                all.sample(family, line);
            }
        }
        all.types.forEach((name, type) -> {
            if (type.equals("histogram")) {
                all.checkHistogram(name);
            }
        });
        return all;
    }

    private static String group(Pattern pattern, String line, int group) {
        Matcher matcher = pattern.matcher(line);
        assertTrue(matcher.matches(), line);
        return matcher.group(group);
    }

    private void sample(String family, String line) {
        String name = group(SAMPLE, line, 1);
        List<String> allowed = String.valueOf(types.get(family)).equals("histogram")
                ? List.of(family + "_bucket", family + "_sum", family + "_count")
                : List.of(family);
        assertTrue(allowed.contains(name), () -> "under " + family + ": " + line);
        String value = group(SAMPLE, line, 3);
        Double before = samples.computeIfAbsent(name, key -> new HashMap<>())
                .put(labels(group(SAMPLE, line, 2), line), Double.valueOf(value.replace("+Inf", "Infinity")));
        assertTrue(before == null, () -> "twice: " + line);
    }

    private static Map<String, String> labels(@org.jspecify.annotations.Nullable String text, String line) {
        Map<String, String> labels = new TreeMap<>();
        String rest = text == null ? "" : text;
        while (!rest.isEmpty()) {
            Matcher label = LABEL.matcher(rest);
            assertTrue(label.lookingAt(), line);
            assertTrue(labels.put(label.group(1), label.group(2)) == null, line);
            rest = rest.substring(label.end());
        }
        return labels;
    }

    private void checkHistogram(String name) {
        Map<Map<String, String>, TreeMap<Double, Double>> rows = new HashMap<>();
        rows(name, "_bucket").forEach((labels, value) -> {
            Map<String, String> others = new TreeMap<>(labels);
            double bound =
                    Double.parseDouble(String.valueOf(others.remove("le")).replace("+Inf", "Infinity"));
            rows.computeIfAbsent(others, key -> new TreeMap<>()).put(bound, value);
        });
        assertEquals(rows.keySet(), rows(name, "_count").keySet());
        assertEquals(rows.keySet(), rows(name, "_sum").keySet());
        rows.forEach((labels, buckets) -> {
            double last = 0;
            for (double count : buckets.values()) {
                assertTrue(count >= last, () -> "buckets hold those before them: " + name + labels + buckets);
                last = count;
            }
            assertEquals(Double.POSITIVE_INFINITY, buckets.lastKey());
            assertEquals(last, rows(name, "_count").get(labels), name);
        });
    }

    private Map<Map<String, String>, Double> rows(String name, String suffix) {
        return samples.getOrDefault(name + suffix, Map.of());
    }

    /** All families, by the names that their types are declared with. */
    Set<String> families() {
        return types.keySet();
    }

    /** How many rows a name has. */
    int rows(String name) {
        return samples.getOrDefault(name, Map.of()).size();
    }

    /** The values that a label of a name has. */
    Set<String> values(String name, String label) {
        Set<String> values = new HashSet<>();
        samples.getOrDefault(name, Map.of()).keySet().forEach(labels -> values.add(labels.get(label)));
        return values;
    }

    /** The value of a row; NaN where there is none. */
    double value(String name, String... labels) {
        Map<String, String> wanted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        return samples.getOrDefault(name, Map.of()).getOrDefault(wanted, Double.NaN);
    }
}
