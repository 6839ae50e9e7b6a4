package dev.quark.core.deployment;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quark.core.source.CloneUrl;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node that is gone had in progress blocks its config no longer than its limit of time and a margin. */
class EndLostTest {

    private final RunWorld world = new RunWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private Deployment look(String node, Instant at, Deployment deployment) {
        new EndLost(
                        world.deployments,
                        world.stores.queue(),
                        world.releases,
                        world.transitions(),
                        node,
                        Clock.fixed(at, ZoneOffset.UTC))
                .run();
        return world.find(deployment);
    }

    private Deployment begun() {
        Deployment claimed = world.claimed();
        world.releases.save(Release.of(claimed.id(), world.config, new CloneUrl("file:///srv/git/octo.git"), NOW));
        return claimed;
    }

    @Test
    void whatANodeThatIsGoneDidNotEndInTimeIsFailed() {
        Deployment lost = begun();
        Instant end = NOW.plus(world.config.timeout()).plus(EndLost.MARGIN);
        assertEquals(DeploymentStatus.IN_PROGRESS, look("other", end, lost).status());
        Deployment failed = look("other", end.plusMillis(1), lost);
        assertEquals(DeploymentStatus.FAILED, failed.status());
        assertEquals(
                "node lost: " + RunWorld.NODE + ", which ran it, did not end it within its limit of time",
                failed.errorMessage());
        world.queue(Trigger.PUSH);
        assertEquals(
                "other", world.stores.queue().claim("other", NOW).orElseThrow().node());
    }

    @Test
    void whatANodeClaimedAndNeverBeganIsFailedInTheEnd() {
        Deployment lost = world.claimed();
        Instant end = NOW.plus(Duration.ofDays(1)).plus(EndLost.MARGIN);
        assertEquals(DeploymentStatus.IN_PROGRESS, look("other", end, lost).status());
        assertEquals(
                DeploymentStatus.FAILED, look("other", end.plusMillis(1), lost).status());
    }

    @Test
    void aNodesOwnIsLeftToIt() {
        Deployment own = begun();
        assertEquals(
                DeploymentStatus.IN_PROGRESS,
                look(RunWorld.NODE, NOW.plus(Duration.ofDays(365)), own).status());
    }
}
