package dev.quark.core.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.WorkingDirectory;
import dev.quark.core.deployment.ReleaseFolders.Prepared;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every {@link ReleaseFolders} does. */
public abstract class ReleaseFoldersContract {

    /** A folder that the test's commit doesn't have. */
    protected static final WorkingDirectory MISSING = new WorkingDirectory("no/such/folder");

    /** The config that most tests are about. */
    protected final ConfigId config = new ConfigId(UUID.randomUUID());

    private long ids;

    /** The folders under test. */
    protected abstract ReleaseFolders folders();

    /** Makes a release's folder, as a checkout does. */
    protected abstract void checkOut(ConfigId config, DeploymentId deployment);

    /** Whether a release's folder is there. */
    protected abstract boolean exists(ConfigId config, DeploymentId deployment);

    /** The release that is the current one. */
    protected abstract Optional<DeploymentId> current(ConfigId config);

    /** The text of a release's {@code .env}; empty where it has none. */
    protected abstract Optional<String> environmentFile(ConfigId config, DeploymentId deployment);

    @Test
    void aFolderHasAnAbsolutePathOfItsOwn() {
        DeploymentId one = newer();
        DeploymentId two = newer();

        assertTrue(folders().folder(config, one).isAbsolute());
        assertEquals(folders().folder(config, one), folders().folder(config, one));
        assertFalse(folders().folder(config, one).equals(folders().folder(config, two)));
        assertFalse(exists(config, one));
    }

    @Test
    void writesTheVariables() {
        DeploymentId deployment = checkedOut();

        Prepared prepared = prepare(deployment, WorkingDirectory.ROOT);

        Path directory = assertInstanceOf(Prepared.Ready.class, prepared).directory();
        assertTrue(directory.isAbsolute());
        assertEquals(Optional.of("A=1\n"), environmentFile(config, deployment));
    }

    @Test
    void refusesAWorkingDirectoryThatIsNotThere() {
        DeploymentId deployment = checkedOut();

        Prepared prepared = prepare(deployment, MISSING);

        String reason = assertInstanceOf(Prepared.Refused.class, prepared).reason();
        assertTrue(reason.contains(MISSING.value()), reason);
        assertEquals(Optional.empty(), environmentFile(config, deployment));
    }

    @Test
    void activatesOneAfterTheOther() {
        DeploymentId one = checkedOut();
        DeploymentId two = checkedOut();
        assertEquals(Optional.empty(), current(config));

        folders().activate(config, one);
        assertEquals(Optional.of(one), current(config));
        folders().activate(config, two);
        assertEquals(Optional.of(two), current(config));
        folders().activate(config, two);
        folders().activate(config, one);
        assertEquals(Optional.of(one), current(config));
        assertTrue(exists(config, two));
    }

    @Test
    void pruneKeepsTheNewestBesideTheCurrentOne() {
        List<DeploymentId> releases = List.of(checkedOut(), checkedOut(), checkedOut(), checkedOut(), checkedOut());
        folders().activate(config, releases.get(1));

        folders().prune(config, 2, Set.of());
        folders().prune(config, 2, Set.of());

        assertEquals(
                List.of(false, true, false, true, true),
                releases.stream().map(release -> exists(config, release)).toList());
    }

    @Test
    void pruneOfFewDoesNothing() {
        folders().prune(config, 5, Set.of());
        DeploymentId one = checkedOut();
        folders().prune(config, 1, Set.of());
        assertTrue(exists(config, one));
    }

    @Test
    void discardsAnyButTheCurrentOne() {
        DeploymentId one = checkedOut();
        DeploymentId two = checkedOut();
        folders().activate(config, one);

        folders().discard(config, one);
        folders().discard(config, two);
        folders().discard(config, two);

        assertTrue(exists(config, one));
        assertFalse(exists(config, two));
        assertEquals(Optional.of(one), current(config));
    }

    @Test
    void discardsAllOfOneConfig() {
        ConfigId other = new ConfigId(UUID.randomUUID());
        DeploymentId kept = newer();
        checkOut(other, kept);
        DeploymentId one = checkedOut();
        DeploymentId two = checkedOut();
        folders().activate(config, one);

        folders().discardAll(config);
        folders().discardAll(config);

        assertFalse(exists(config, one));
        assertFalse(exists(config, two));
        assertEquals(Optional.empty(), current(config));
        assertTrue(exists(other, kept));
    }

    /** A release of {@link #config}, newer than those before, with a folder. */
    protected final DeploymentId checkedOut() {
        DeploymentId deployment = newer();
        checkOut(config, deployment);
        return deployment;
    }

    /** An id that sorts after those before. */
    protected final DeploymentId newer() {
        ids++;
        return new DeploymentId(new UUID((ids << 16) | 0x7000, 0x8000_0000_0000_0000L | ids));
    }

    private Prepared prepare(DeploymentId deployment, WorkingDirectory directory) {
        return folders().prepare(folders().folder(config, deployment), directory, "./deploy.sh", "A=1\n", "{}\n");
    }
}
