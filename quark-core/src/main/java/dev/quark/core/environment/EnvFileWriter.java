package dev.quark.core.environment;

import java.util.Optional;
import java.util.regex.Pattern;

/** Writes one variable of a {@code .env} file, by the table at {@link EnvFile}. */
final class EnvFileWriter {

    /** Up to the carriage return a comment, which ends there for python and npm and goes on for the shell. */
    static final String FOR_PYTHON = "# for python-dotenv:\r";

    /** Up to U+2028 a comment, which ends there for npm and goes on for the shell and python. */
    static final String FOR_NPM = "# for npm dotenv:\u2028";

    /** Stands after a value that npm reads as something else. */
    static final String NOT_FOR_NPM = "# npm dotenv has no writing for this value";

    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_./:@%+,=-]*+");

    /** What the shell, python or npm take for an escape in double quotes. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:[\\\\'\"abfnrtv$`\n\r]|\\z)");

    private static final Pattern WRITTEN_LINE_END = Pattern.compile("\\\\[nr]");
    private static final Pattern LINE_END = Pattern.compile("[\n\r]");
    private static final Pattern NPM_LINE_END = Pattern.compile("[\u2028\u2029]");

    private EnvFileWriter() {}

    static void append(StringBuilder file, String name, String value) {
        file.append(name).append('=');
        if (BARE.matcher(value).matches()) {
            file.append(value).append('\n');
        } else if (value.indexOf('\'') < 0) {
            appendInSingleQuotes(file, name, value);
        } else {
            appendInDoubleQuotes(file, name, value);
        }
    }

    private static void appendInSingleQuotes(StringBuilder file, String name, String value) {
        file.append(quoted('\'', value, value)).append('\n');
        boolean carriageReturn = value.indexOf('\r') >= 0;
        if (carriageReturn || value.contains("\\\\") || value.endsWith("\\") || value.contains("${")) {
            boolean seenByNpm = appendForPython(file, name, value);
            if (carriageReturn || seenByNpm) {
                appendForNpm(file, name, value);
            }
        }
    }

    private static void appendInDoubleQuotes(StringBuilder file, String name, String value) {
        boolean shellOnly = hasAny(value, "$`\r") || value.endsWith("\\");
        if (!shellOnly && value.indexOf('"') < 0 && !ESCAPE.matcher(value).find()) {
            file.append('"').append(value).append("\"\n");
            return;
        }
        file.append(quoted('"', escaped(value, "\\\"$`"), value)).append('\n');
        if (shellOnly) {
            appendForPython(file, name, value);
        }
        appendForNpm(file, name, value);
    }

    /**
     * The line that python reads and the shell doesn't; whether npm reads it too. It does where the value has a line end of
     * npm's: after that one npm would look for names, unless it has taken the whole line for one value.
     */
    private static boolean appendForPython(StringBuilder file, String name, String value) {
        boolean seenByNpm = NPM_LINE_END.matcher(value).find();
        file.append(FOR_PYTHON).append(seenByNpm ? name : "'" + name + "'");
        file.append("=\"").append(python(value)).append("\"\n");
        return seenByNpm;
    }

    private static void appendForNpm(StringBuilder file, String name, String value) {
        file.append(npm(value).map(text -> FOR_NPM + name + "=" + text).orElse(NOT_FOR_NPM))
                .append('\n');
    }

    /**
     * The value for python's double quotes, on one line. It expands <code>${name:-default}</code> after unescaping: with no
     * name that gives a dollar before a brace, and a backslash at the end, which would be taken to escape the quote.
     */
    private static String python(String value) {
        boolean backslashAtEnd = value.endsWith("\\");
        String rest = backslashAtEnd ? value.substring(0, value.length() - 1) : value;
        String text =
                escaped(rest, "\\\"").replace("\n", "\\n").replace("\r", "\\r").replace("${", "${:-$}{");
        return backslashAtEnd ? text + "${:-\\}" : text;
    }

    /**
     * The value as npm alone reads it, on one line. npm knows no escapes but {@code \n} and {@code \r} in double quotes. A
     * value that has the quote itself is read where no {@code #} and no line end of npm's follows: npm then takes the whole
     * line and strips the outer quotes.
     *
     * @return nothing where npm has no such writing: for a value with line ends and besides a written {@code \n} or
     *     {@code \r}, or with line ends, {@code "} and {@code #} (or U+2028, U+2029); for a value on one line with {@code '},
     *     a backquote and {@code #} (or U+2028, U+2029), and besides {@code "} or a written {@code \n} or {@code \r}
     */
    static Optional<String> npm(String value) {
        boolean expands = WRITTEN_LINE_END.matcher(value).find();
        boolean wholeLine =
                value.indexOf('#') < 0 && !NPM_LINE_END.matcher(value).find();
        if (LINE_END.matcher(value).find()) {
            return expands || (value.indexOf('"') >= 0 && !wholeLine)
                    ? Optional.empty()
                    : Optional.of(quoted('"', value.replace("\n", "\\n").replace("\r", "\\r"), value));
        }
        if (value.indexOf('\'') < 0 || (value.indexOf('`') >= 0 && wholeLine)) {
            return Optional.of(quoted('\'', value, value));
        }
        if (value.indexOf('`') < 0) {
            return Optional.of(quoted('`', value, value));
        }
        return value.indexOf('"') < 0 && !expands ? Optional.of(quoted('"', value, value)) : Optional.empty();
    }

    /**
     * The text in quotes. Where the value ends with a backslash, python and npm first take that for an escaped quote and look
     * for another one, in the lines of other variables too: a comment with a quote that ends nothing stops them.
     */
    private static String quoted(char quote, String text, String value) {
        return quote + text + quote + (value.endsWith("\\") ? guard(quote) : "");
    }

    static String guard(char quote) {
        return " #" + quote + ".";
    }

    private static String escaped(String value, String special) {
        StringBuilder text = new StringBuilder(value.length() + 16);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (special.indexOf(c) >= 0) {
                text.append('\\');
            }
            text.append(c);
        }
        return text.toString();
    }

    private static boolean hasAny(String value, String characters) {
        return characters.chars().anyMatch(c -> value.indexOf(c) >= 0);
    }
}
