package dev.quark.http;

import dev.quark.core.codehost.BrowseHost;
import dev.quark.core.codehost.ManageHooks;
import dev.quark.core.codehost.WebSignIn;
import dev.quark.core.webhook.ReviewDeliveries;
import org.jspecify.annotations.Nullable;

/**
 * What the server offers about GitHub.
 *
 * @param signIn signs people in; null where no OAuth app is set
 * @param redirectUri where GitHub sends browsers back to: the server's own address, as browsers see it
 * @param browse shows repositories
 * @param hooks manages hooks
 * @param deliveries shows deliveries
 */
public record CodeHosting(
        @Nullable WebSignIn signIn,
        String redirectUri,
        BrowseHost browse,
        ManageHooks hooks,
        ReviewDeliveries deliveries) {}
