package dev.quark.core.service;

import dev.quark.core.config.ServiceSettings;
import dev.quark.core.environment.SecretMasker;
import dev.quark.core.secret.Secret;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Knows what a rollout's instances are started with: what its release remembers. Safe for use by many threads. */
public interface Launches {

    /** How to start instances of a rollout; empty where its release or its folder is gone. */
    Optional<Launch> of(RolloutId rollout);

    /**
     * How to start an instance.
     *
     * @param settings the service's settings, as the release remembers them
     * @param directory where it is run
     * @param variables its environment but for {@code PORT} and {@code INSTANCE}
     * @param masker hides the secrets in what it prints
     */
    record Launch(ServiceSettings settings, Path directory, Map<String, Secret> variables, SecretMasker masker) {}
}
