package dev.quark.runner;

/** As on a machine where QUARK may not make cgroups. */
class ProcessCommandRunnerWithoutCgroupsTest extends ProcessCommandRunnerTest {

    @Override
    protected boolean cgroups() {
        return false;
    }
}
