package dev.quark.app;

import dev.quark.core.problem.FieldError;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.UnavailableException;
import dev.quark.runner.router.proxy.RouterMain;
import java.io.PrintWriter;
import java.util.List;
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
        subcommands = {ServeCommand.class, DemoCommand.class})
public final class QuarkCommand implements Runnable {

    /** The exit code of a start that the settings don't allow. */
    static final int BAD_SETTINGS = 78;

    /** The exit code where something that it needs isn't there now: the database, the port. */
    static final int UNAVAILABLE = 69;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) throws Exception {
        System.exit(run(args));
    }

    /** Neither a server's start nor that of a router that crashed is to wait until a parser for people's words is made. */
    private static int run(String[] args) throws Exception {
        boolean serves = args.length == 1 && args[0].equals("serve");
        boolean routes = args.length > 1 && args[0].equals("router");
        if (!serves && !routes) {
            return parse(args);
        }
        try {
            return serves
                    ? ServeCommand.serve(new PrintWriter(System.out, true, System.out.charset()))
                    : RouterMain.run(List.of(args).subList(1, args.length));
        } catch (Exception e) {
            return explain(e, new PrintWriter(System.err, true, System.err.charset()));
        }
    }

    private static int parse(String[] args) {
        return new CommandLine(new QuarkCommand())
                .setExecutionExceptionHandler((e, command, parsed) -> explain(e, command.getErr()))
                .execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: quark serve, or quark demo.");
    }

    private static int explain(Exception e, PrintWriter err) throws Exception {
        return switch (e) {
            case InvalidException invalid -> {
                err.println("QUARK can't start:");
                for (FieldError error : invalid.errors()) {
                    err.println("  " + error.field() + " " + error.message());
                }
                err.println("docs/configuration.md describes every setting.");
                yield BAD_SETTINGS;
            }
            case UnavailableException unavailable -> {
                err.println("QUARK can't start: " + unavailable.getMessage());
                yield UNAVAILABLE;
            }
            default -> throw e;
        };
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
