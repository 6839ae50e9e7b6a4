package dev.quark.core.deployment;

import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.REPOSITORY;
import static dev.quark.core.testing.Samples.config;
import static dev.quark.core.testing.Samples.environment;
import static dev.quark.core.testing.Samples.pending;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.environment.Environment;
import dev.quark.core.environment.VariableName;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ReleaseStore} does. */
public abstract class ReleaseStoreContract {

    private static final CloneUrl SOURCE = new CloneUrl("https://github.com/octo-org/octo-repo.git");

    private final DeploymentConfig config = config(REPOSITORY, "production");
    private final Deployment deployment = pending(config, Trigger.MANUAL);
    private Stores stores;
    private ReleaseStore releases;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        releases = stores.releases();
        stores.configs().add(config);
        stores.deployments().add(deployment);
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void givesBackWhatWasSaved() {
        Release release = Release.of(deployment.id(), config, SOURCE, NOW);
        releases.save(release);
        assertEquals(Optional.of(release), releases.find(deployment.id()));
        assertEquals(Optional.empty(), releases.find(Samples.deploymentId()));
    }

    @Test
    void givesBackAVariableThatQuarkTookForItselfLater() {
        Environment old = Environment.EMPTY.with(new VariableName("BRANCH"), Secret.of("mine"));
        Release release = Release.of(deployment.id(), config.withEnvironment(old, NOW), SOURCE, NOW);
        releases.save(release);
        assertEquals(Optional.of(release), releases.find(deployment.id()));
    }

    @Test
    void remembersTheService() {
        DeploymentConfig withService = Samples.withService(config, Samples.service("app.example.com"));
        Release release = Release.of(deployment.id(), withService, SOURCE, NOW);
        releases.save(release);
        assertEquals(Optional.of(release), releases.find(deployment.id()));
        Release without = Release.of(deployment.id(), config, SOURCE, NOW);
        releases.save(without);
        assertEquals(Optional.of(without), releases.find(deployment.id()));
    }

    @Test
    void replacesTheReleaseOfTheSameDeployment() {
        releases.save(Release.of(deployment.id(), config, SOURCE, NOW));
        DeploymentConfig changed = config.withEnvironment(environment(Map.of("OTHER", "1"), "OTHER"), NOW);
        Release second = Release.of(deployment.id(), changed, SOURCE, NOW.plusSeconds(1));
        releases.save(second);
        assertEquals(Optional.of(second), releases.find(deployment.id()));
    }

    @Test
    void staysAsItWasWhenTheConfigChanges() {
        Release release = Release.of(deployment.id(), config, SOURCE, NOW);
        releases.save(release);
        stores.configs().update(config.id(), c -> c.withEnvironment(environment(Map.of("API_KEY", "new")), NOW));
        assertEquals(Optional.of(release), releases.find(deployment.id()));
    }

    @Test
    void staysWhenTheConfigIsRemoved() {
        Release release = Release.of(deployment.id(), config, SOURCE, NOW);
        releases.save(release);
        stores.configs().remove(config.id(), NOW);
        assertEquals(Optional.of(release), releases.find(deployment.id()));
    }
}
