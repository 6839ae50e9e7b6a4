package dev.quark.core.problem;

import dev.quark.core.log.LogLine;

/** A feature that looks at one that comes after it. */
final class WrongDirection {

    String text(LogLine line) {
        return line.text();
    }
}
