package dev.quark.core.source;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A glob as in .gitignore and GitHub's filters: {@code *} and {@code ?} match within one part of a path, {@code **} across
 * parts, {@code **}{@code /} also no part at all; all else stands for itself. Immutable.
 *
 * <p>Not a regular expression: those backtrack, and a glob such as {@code *a*a*a*a*b} would take for ever. Here the set of
 * places that the glob can be in is carried along the path, so the cost is at most glob times path.
 */
final class Glob {

    private enum Kind {
        LITERAL,
        ONE,
        STAR,
        GLOBSTAR,
        /** Any number of whole parts, each with its slash. */
        PARTS
    }

    private record Token(Kind kind, char literal) {}

    private final List<Token> tokens;

    Glob(String glob) {
        tokens = tokens(glob);
    }

    boolean matches(String path) {
        BitSet places = new BitSet(tokens.size() + 1);
        enter(places, 0);
        for (int i = 0; i < path.length() && !places.isEmpty(); i++) {
            places = after(path.charAt(i), places);
        }
        return places.get(tokens.size());
    }

    private BitSet after(char c, BitSet places) {
        BitSet next = new BitSet(tokens.size() + 1);
        for (int place = places.nextSetBit(0);
                place >= 0 && place < tokens.size();
                place = places.nextSetBit(place + 1)) {
            Token token = tokens.get(place);
            switch (token.kind()) {
                case LITERAL -> enterIf(c == token.literal(), next, place + 1);
                case ONE -> enterIf(c != '/', next, place + 1);
                case STAR -> enterIf(c != '/', next, place);
                case GLOBSTAR -> enter(next, place);
                case PARTS -> {
                    // Inside a part it stays here without being able to leave; at the slash it may go on.
                    next.set(place);
                    enterIf(c == '/', next, place + 1);
                }
            }
        }
        return next;
    }

    private void enterIf(boolean condition, BitSet places, int place) {
        if (condition) {
            enter(places, place);
        }
    }

    /** A place where the rest of the glob begins; what may match nothing is passed as well. */
    private void enter(BitSet places, int place) {
        places.set(place);
        if (place < tokens.size()) {
            Kind kind = tokens.get(place).kind();
            if (kind == Kind.STAR || kind == Kind.GLOBSTAR || kind == Kind.PARTS) {
                enter(places, place + 1);
            }
        }
    }

    private static List<Token> tokens(String glob) {
        List<Token> tokens = new ArrayList<>();
        int i = 0;
        while (i < glob.length()) {
            char c = glob.charAt(i);
            if (glob.startsWith("**/", i) && (i == 0 || glob.charAt(i - 1) == '/')) {
                tokens.add(new Token(Kind.PARTS, c));
                i += 3;
            } else if (glob.startsWith("**", i)) {
                tokens.add(new Token(Kind.GLOBSTAR, c));
                i += 2;
            } else {
                Kind kind = c == '*' ? Kind.STAR : c == '?' ? Kind.ONE : Kind.LITERAL;
                tokens.add(new Token(kind, c));
                i++;
            }
        }
        return tokens;
    }
}
