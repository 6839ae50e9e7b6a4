package dev.quark.runner;

import dev.quark.core.secret.Secret;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The environment of a command: what it is given, and of QUARK's own environment only what says where programs, home and
 * certificates are and which language and time zone are meant. What it is given wins. One variable more, {@link #MARKER},
 * is how QUARK finds the command's processes; the shell adds {@code PWD}.
 *
 * @param variables what the process is started with
 * @param escaped the names of those whose values are written for printf's {@code %b}, because Java can't hand them over as
 *     they are: in the C locale it makes question marks of everything beyond ASCII
 */
record CommandEnvironment(Map<String, String> variables, List<String> escaped) {

    /** Holds a number that nobody can guess, by which a run's processes are known. */
    static final String MARKER = "QUARK_RUN";

    /** What a command gets of QUARK's own environment; beside it every {@code LC_} variable. */
    private static final Set<String> PASSED_ON = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "LANG",
            "LANGUAGE",
            "TZ",
            "TMPDIR",
            "XDG_RUNTIME_DIR",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR");

    private static final Charset HANDED_OVER_IN =
            Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.US_ASCII);

    static CommandEnvironment of(Map<String, String> own, Map<String, Secret> given, String marker) {
        return of(own, given, marker, HANDED_OVER_IN);
    }

    static CommandEnvironment of(
            Map<String, String> own, Map<String, Secret> given, String marker, Charset handedOverIn) {
        Map<String, String> variables = new LinkedHashMap<>();
        own.forEach((name, value) -> {
            if (PASSED_ON.contains(name) || name.startsWith("LC_")) {
                variables.put(name, value);
            }
        });
        List<String> escaped = new ArrayList<>();
        given.forEach((name, secret) -> {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw new IllegalArgumentException("No name of a variable: " + name);
            }
            String value = secret.reveal();
            boolean plain = canHandOver(value, handedOverIn);
            variables.put(name, plain ? value : escape(value));
            if (!plain) {
                escaped.add(name);
            }
        });
        variables.put(MARKER, marker);
        escaped.remove(MARKER);
        return new CommandEnvironment(variables, List.copyOf(escaped));
    }

    static boolean canHandOver(String text) {
        return canHandOver(text, HANDED_OVER_IN);
    }

    private static boolean canHandOver(String text, Charset charset) {
        CharsetEncoder encoder = charset.newEncoder();
        return (charset.equals(StandardCharsets.UTF_8) || charset.equals(StandardCharsets.US_ASCII))
                && encoder.canEncode(text);
    }

    /** The text's bytes in UTF-8, those beyond ASCII and backslashes as octal numbers. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() * 2);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b < 0 || b == '\\') {
                escaped.append(String.format("\\0%03o", b & 0xFF));
            } else {
                escaped.append((char) b);
            }
        }
        return escaped.toString();
    }
}
