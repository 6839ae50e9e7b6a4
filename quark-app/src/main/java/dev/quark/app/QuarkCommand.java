package dev.quark.app;

import dev.quark.core.problem.FieldError;
import dev.quark.core.problem.InvalidException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
        name = "quark",
        description = "Turns git push into a running deployment.",
        mixinStandardHelpOptions = true,
        versionProvider = QuarkCommand.Version.class,
        subcommands = {ServeCommand.class, DemoCommand.class, RouterCommand.class})
public final class QuarkCommand implements Runnable {

    /** The exit code of a start that the settings don't allow. */
    static final int BAD_SETTINGS = 78;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new QuarkCommand())
                .setExecutionExceptionHandler((e, command, parsed) -> explain(e, command));
        System.exit(line.execute(args));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: quark serve, or quark demo.");
    }

    private static int explain(Exception e, CommandLine command) throws Exception {
        if (!(e instanceof InvalidException invalid)) {
            throw e;
        }
        command.getErr().println("QUARK can't start:");
        for (FieldError error : invalid.errors()) {
            command.getErr().println("  " + error.field() + " " + error.message());
        }
        command.getErr().println("docs/configuration.md describes every setting.");
        return BAD_SETTINGS;
    }

    /** The version that the jar's manifest names. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"QUARK " + of()};
        }

        static String of() {
            return Objects.requireNonNullElse(
                    QuarkCommand.class.getPackage().getImplementationVersion(), "development");
        }
    }
}
