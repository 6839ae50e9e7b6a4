package dev.quark.core.environment;

import dev.quark.core.problem.InvalidException;
import dev.quark.core.secret.Secret;
import java.util.Map;
import java.util.SortedMap;

/**
 * The text of a {@code .env} file. What {@link #render} writes is read back exactly by npm's {@code dotenv}, by
 * {@code python-dotenv} and by {@code set -a; . ./.env} in a POSIX shell; {@link #parse} reads what people paste. Only
 * static methods, safe for any number of threads.
 *
 * <p>The three readers agree on little. The first row that fits a value is how it is written:
 *
 * <table>
 * <caption>How a value is written</caption>
 * <tr><th>value</th><th>writing</th><th>why</th></tr>
 * <tr><td>letters, digits, {@code _./:@%+,=-}, or empty</td><td>{@code N=v}</td><td>means nothing to any reader</td></tr>
 * <tr><td>no {@code '}</td><td>{@code N='v'}</td><td>literal in the shell and npm; python unescapes {@code \\} and expands
 * <code>${…}</code>, so such a value gets a line for python</td></tr>
 * <tr><td>no {@code "}, {@code $}, backquote, nor a backslash that escapes anything</td><td>{@code N="v"}</td><td>there is
 * nothing to escape, on which they differ</td></tr>
 * <tr><td>any other</td><td>{@code N="v"} with the shell's escapes</td><td>python keeps the backslash of {@code \$}, npm keeps
 * all of them: a line for each that reads something else</td></tr>
 * </table>
 *
 * <p>A line for one reader stands after the shell's own, in a comment that ends for that reader only (the last assignment
 * wins): a carriage return ends it for python and npm, but not for the shell; U+2028 ends it for npm alone; and npm passes
 * over a name in quotes, which python reads.
 *
 * <p>The shell and python read every value exactly. npm has no escapes; it reads something else, for this one variable, where
 * it has no writing of its own on one line: a value with {@code '} and either
 *
 * <ul>
 *   <li>line ends, and besides a written {@code \n} or {@code \r}, or both {@code "} and one of {@code #}, U+2028, U+2029;
 *   <li>a backquote and one of {@code #}, U+2028, U+2029, and besides {@code "} or a written {@code \n} or {@code \r};
 * </ul>
 *
 * and, of the values without {@code '}, one that has what the first item says and a carriage return, or U+2028 or U+2029
 * together with what python needs its own line for.
 *
 * <p>Sources: {@code dotenv/parser.py} and {@code variables.py} of python-dotenv 0.21, the expression {@code LINE} of dotenv
 * 16 to 18 for npm, POSIX.1-2024 XCU 2.2 (quoting).
 */
public final class EnvFile {

    private EnvFile() {}

    /**
     * The file for these variables, one after the other in their order, but for those that QUARK sets itself; empty for
     * none. It ends with a line feed, and may
     * hold carriage returns and U+2028: write it as UTF-8 bytes, without changing its line ends.
     */
    public static String render(SortedMap<VariableName, Secret> variables) {
        StringBuilder file = new StringBuilder();
        variables.forEach((name, secret) -> {
            if (!name.isReserved()) {
                EnvFileWriter.append(file, name.value(), secret.reveal());
            }
        });
        return file.toString();
    }

    /**
     * Reads a file as npm's {@code dotenv} does: comments, {@code export}, values bare or in one of three quotes, of several
     * lines in quotes, {@code \n} and {@code \r} for line ends in double quotes, the last of several assignments to a name;
     * and exactly what {@link #render} wrote. A byte order mark and any kind of line end are accepted. Nothing is expanded.
     *
     * <p>Stricter than npm, which would silently drop text: a line that is no assignment, a quote that is not closed, and a
     * {@code #} right after a bare value (the shell and python count it to the value) are faults.
     *
     * @return the variables in the order in which their names first appear
     * @throws InvalidException with every fault, its field being {@code line N}; of more than 100 the first 100. No
     *     message holds any of a value
     */
    public static Map<VariableName, Secret> parse(String text) {
        return new EnvFileParser(text).parse();
    }
}
