package dev.quark.core.process;

import java.nio.file.Path;

class ScriptedCommandRunnerTest extends CommandRunnerContract {

    private ScriptedCommandRunner runner = new ScriptedCommandRunner(LIMIT);

    @Override
    protected CommandRunner runner() {
        return runner;
    }

    @Override
    protected CommandRunner restarted() {
        runner = runner.restarted();
        return runner;
    }

    @Override
    protected String command(CommandScript script) {
        runner.script(script.toShell(), script);
        return script.toShell();
    }

    @Override
    protected Path directory() {
        return Path.of("/");
    }
}
