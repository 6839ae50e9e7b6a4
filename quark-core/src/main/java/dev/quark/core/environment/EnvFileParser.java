package dev.quark.core.environment;

import dev.quark.core.problem.Faults;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.secret.Secret;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one {@code .env} file, see {@link EnvFile#parse}. For one use by one thread. */
final class EnvFileParser {

    /** More faults than that are not collected: the text is no such file. */
    static final int MAX_FAULTS = 100;

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
    private static final Pattern LINE_SEPARATOR = Pattern.compile("[\u2028\u2029]");
    private static final Pattern LINE_ENDS = Pattern.compile("\r\n?");

    private final String text;
    private final Map<VariableName, Secret> variables = new LinkedHashMap<>();
    private final Faults faults = new Faults();
    private int faultCount;
    private int at;
    private int line = 1;
    private int counted;

    EnvFileParser(String text) {
        this.text = text;
    }

    Map<VariableName, Secret> parse() {
        while (faultCount < MAX_FAULTS && nextAssignment()) {
            readAssignment();
        }
        faults.throwIfAny();
        return variables;
    }

    /** Moves to the next line that is neither blank nor a comment; false at the end. */
    private boolean nextAssignment() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                skipLine();
            } else if (isBlank(c) || isLineEnd(c)) {
                at++;
            } else {
                return true;
            }
        }
        return false;
    }

    private void readAssignment() {
        countLines();
        skipExport();
        String name = readName();
        if (name.isEmpty() || !skipAssign()) {
            fault("this is no assignment, which looks like NAME=value, and no comment, which begins with #");
            skipLine();
            return;
        }
        String value = readValue();
        if (value == null) {
            skipLine();
        } else {
            put(name, value);
        }
    }

    private void put(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            fault("the name before = may have letters, digits and _, and doesn't begin with a digit");
            return;
        }
        try {
            variables.put(VariableName.chosen(name), Secret.of(value));
        } catch (InvalidException e) {
            fault(e.errors().getFirst().message());
        }
    }

    private void skipExport() {
        int end = at + "export".length();
        if (text.startsWith("export", at) && end < text.length() && isBlank(text.charAt(end))) {
            int next = skipBlanks(end);
            if (next < text.length() && isNamePart(text.charAt(next))) {
                at = next;
            }
        }
    }

    private String readName() {
        int start = at;
        while (at < text.length() && isNamePart(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    /** Moves behind {@code =}, or behind {@code :} with a blank, and the blanks that follow. */
    private boolean skipAssign() {
        int next = skipBlanks(at);
        if (next < text.length() && text.charAt(next) == '=') {
            at = skipBlanks(next + 1);
            return true;
        }
        if (text.startsWith(":", at) && at + 1 < text.length() && isBlank(text.charAt(at + 1))) {
            at = skipBlanks(at + 1);
            return true;
        }
        return false;
    }

    private @Nullable String readValue() {
        char quote = at < text.length() ? text.charAt(at) : '\n';
        if (quote != '\'' && quote != '"' && quote != '`') {
            return readBare();
        }
        String own = quote == '`' ? null : readOwn(quote);
        return own != null ? own : readQuoted(quote);
    }

    /** What {@link EnvFile#render} wrote with lines for other readers: its first line, as the shell reads it. */
    private @Nullable String readOwn(char quote) {
        StringBuilder value = new StringBuilder();
        int i = at + 1;
        for (; i < text.length() && text.charAt(i) != quote; i++) {
            if (quote == '"' && text.charAt(i) == '\\' && i + 1 < text.length()) {
                i++;
            }
            value.append(text.charAt(i));
        }
        String guard = EnvFileWriter.guard(quote);
        int end = text.startsWith(guard, i + 1) ? i + 1 + guard.length() : i + 1;
        if (!text.startsWith("\n", end) || !isForReaders(end + 1)) {
            return null;
        }
        at = end + 1;
        while (isForReaders(at)) {
            int feed = text.indexOf('\n', at);
            at = feed < 0 ? text.length() : feed + 1;
        }
        return value.toString();
    }

    private boolean isForReaders(int start) {
        return text.startsWith(EnvFileWriter.FOR_PYTHON, start)
                || text.startsWith(EnvFileWriter.FOR_NPM, start)
                || text.startsWith(EnvFileWriter.NOT_FOR_NPM, start);
    }

    private @Nullable String readQuoted(char quote) {
        int close = closingQuote(quote);
        if (close < 0) {
            return readWholeLine(quote);
        }
        String value = text.substring(at + 1, close);
        at = close + 1;
        skipLine();
        return unescaped(quote, value);
    }

    /**
     * A quote closes where the line ends behind it, but for blanks and a comment. One that a backslash precedes closes only
     * if no later one does; the first without a backslash is the last that is looked at.
     */
    private int closingQuote(char quote) {
        int close = -1;
        for (int i = text.indexOf(quote, at + 1); i >= 0; i = text.indexOf(quote, i + 1)) {
            int behind = skipBlanks(i + 1);
            if (behind == text.length() || isLineEnd(text.charAt(behind)) || text.charAt(behind) == '#') {
                close = i;
            }
            if (text.charAt(i - 1) != '\\') {
                break;
            }
        }
        return close;
    }

    /** A value such as {@code 'it's'}: the whole line, without the outer quotes. */
    private @Nullable String readWholeLine(char quote) {
        String value = bare();
        if (value.length() < 2 || value.charAt(value.length() - 1) != quote) {
            fault("the quote that opens the value is not closed at the end of a line");
            return null;
        }
        skipLine();
        return unescaped(quote, value.substring(1, value.length() - 1));
    }

    private @Nullable String readBare() {
        int start = at;
        String value = bare();
        if (LINE_SEPARATOR.matcher(text).region(start, at).find()) {
            fault("put the value in quotes: it has a line separator (U+2028 or U+2029)");
            return null;
        }
        if (at < text.length() && text.charAt(at) == '#' && !isBlank(text.charAt(at - 1))) {
            fault("put the value in quotes, or a blank before a comment: readers differ on what # means here");
            return null;
        }
        skipLine();
        return value;
    }

    /** The text up to a comment or the end of the line, without blanks around it. */
    private String bare() {
        int start = at;
        while (at < text.length() && "#\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        int end = at;
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static String unescaped(char quote, String quoted) {
        String value = LINE_ENDS.matcher(quoted).replaceAll("\n");
        return quote == '"' ? value.replace("\\n", "\n").replace("\\r", "\r") : value;
    }

    private void fault(String message) {
        faults.add("line " + line, message);
        faultCount++;
    }

    private void skipLine() {
        while (at < text.length() && !isLineEnd(text.charAt(at))) {
            at++;
        }
    }

    private int skipBlanks(int from) {
        int i = from;
        while (i < text.length() && isBlank(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private void countLines() {
        for (; counted < at; counted++) {
            char c = text.charAt(counted);
            if (c == '\n' || (c == '\r' && text.charAt(counted + 1) != '\n')) {
                line++;
            }
        }
    }

    private static boolean isNamePart(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || "_.-".indexOf(c) >= 0;
    }

    /** White space within a line, as JavaScript has it; a byte order mark is one. */
    private static boolean isBlank(char c) {
        return c == ' '
                || c == '\t'
                || c == '\u000b'
                || c == '\f'
                || c == '\ufeff'
                || (c > 127 && Character.isSpaceChar(c) && !isLineEnd(c));
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r' || c == '\u2028' || c == '\u2029';
    }
}
