package dev.quark.core.process;

import dev.quark.core.log.LogStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a command does, written once for {@link ScriptedCommandRunner} and for runners that have a shell. Immutable.
 *
 * @param steps one after the other; without an end of its own it exits with 0
 */
public record CommandScript(List<Step> steps) {

    /** The empty script. */
    public static CommandScript empty() {
        return new CommandScript(List.of());
    }

    /** Prints a text as it is; it may hold no single quote. */
    public CommandScript print(LogStream stream, String text) {
        return plus(new Step.Print(stream, text));
    }

    /** Prints a line many times. */
    public CommandScript flood(LogStream stream, String line, int times) {
        return plus(new Step.Flood(stream, line, times));
    }

    /** Does nothing until it is stopped. */
    public CommandScript hang() {
        return plus(new Step.Hang(false));
    }

    /** Does nothing until it is killed; SIGTERM doesn't end it. */
    public CommandScript hangThroughSigterm() {
        return plus(new Step.Hang(true));
    }

    /** Prints a text, does nothing until SIGTERM, then ends with an exit code as if nothing were wrong. */
    public CommandScript hangUntilSigterm(String text, int code) {
        return plus(new Step.Await(text, code));
    }

    /** Ends with an exit code. */
    public CommandScript exit(int code) {
        return plus(new Step.Exit(code));
    }

    /** Is ended by a signal of its own. */
    public CommandScript signal(int number) {
        return plus(new Step.Signal(number));
    }

    /** Is killed together with whatever would note its exit code. */
    public CommandScript vanish() {
        return plus(new Step.Vanish());
    }

    /** The script for a POSIX shell, whose parent is what notes the exit code. */
    public String toShell() {
        return steps.stream().map(Step::toShell).collect(Collectors.joining("\n"));
    }

    private CommandScript plus(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new CommandScript(List.copyOf(more));
    }

    /** One thing that a command does. */
    public sealed interface Step {

        /** The step for a POSIX shell. */
        String toShell();

        /** Prints a text. */
        record Print(LogStream stream, String text) implements Step {
            @Override
            public String toShell() {
                return "printf %s '" + text + "'" + to(stream);
            }
        }

        /** Prints a line many times. */
        record Flood(LogStream stream, String line, int times) implements Step {
            @Override
            public String toShell() {
                return "yes '" + line + "' | head -n " + times + to(stream);
            }
        }

        /** Waits. */
        record Hang(boolean throughSigterm) implements Step {
            @Override
            public String toShell() {
                return throughSigterm ? "trap '' TERM; sleep 1000" : "sleep 1000";
            }
        }

        /** Says that it is ready for SIGTERM, and waits for it. */
        record Await(String text, int code) implements Step {
            @Override
            public String toShell() {
                return "trap 'exit " + code + "' TERM; printf %s '" + text + "'; while :; do sleep 0.1; done";
            }
        }

        /** Exits. */
        record Exit(int code) implements Step {
            @Override
            public String toShell() {
                return "exit " + code;
            }
        }

        /** Signals itself. */
        record Signal(int number) implements Step {
            @Override
            public String toShell() {
                return "kill -" + number + " $$";
            }
        }

        /** Leaves no exit code. */
        record Vanish() implements Step {
            @Override
            public String toShell() {
                return "kill -9 $PPID $$";
            }
        }

        private static String to(LogStream stream) {
            return stream == LogStream.STDERR ? " >&2" : "";
        }
    }
}
