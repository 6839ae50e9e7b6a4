package dev.quark.persistence;

import dev.quark.core.config.ConfigStore;
import dev.quark.core.deployment.DeploymentQueue;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.deployment.ReleaseStore;
import dev.quark.core.identity.AuditLog;
import dev.quark.core.identity.UserStore;
import dev.quark.core.log.LogStore;
import dev.quark.core.secret.Secret;
import dev.quark.core.secret.SecretBox;
import dev.quark.core.testing.Stores;
import dev.quark.core.webhook.DeliveryStore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Real stores, as the contracts want them. */
record StoresOf(Persistence persistence) implements Stores {

    /** Turns every bit: enough to see whether a value is stored in clear, and that its context is checked. */
    static final SecretBox SECRETS = new SecretBox() {
        @Override
        public byte[] seal(Secret secret, String context) {
            return turned((context + "\n" + secret.reveal()).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Secret open(byte[] sealed, String context) {
            String text = new String(turned(sealed), StandardCharsets.UTF_8);
            if (!text.startsWith(context + "\n")) {
                throw new IllegalStateException("sealed for another context than " + context);
            }
            return Secret.of(text.substring(context.length() + 1));
        }
    };

    private static byte[] turned(byte[] bytes) {
        byte[] turned = Arrays.copyOf(bytes, bytes.length);
        for (int i = 0; i < turned.length; i++) {
            turned[i] = (byte) ~turned[i];
        }
        return turned;
    }

    @Override
    public ConfigStore configs() {
        return persistence.configs();
    }

    @Override
    public DeploymentStore deployments() {
        return persistence.deployments();
    }

    @Override
    public DeploymentQueue queue() {
        return persistence.queue();
    }

    @Override
    public ReleaseStore releases() {
        return persistence.releases();
    }

    @Override
    public LogStore logs() {
        return persistence.logs();
    }

    @Override
    public DeliveryStore deliveries() {
        return persistence.deliveries();
    }

    @Override
    public UserStore users() {
        return persistence.users();
    }

    @Override
    public AuditLog audit() {
        return persistence.audit();
    }

    @Override
    public void close() {
        persistence.close();
    }
}
