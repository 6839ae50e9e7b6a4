package dev.quark.http;

import dev.quark.core.codehost.BrowseHost;
import dev.quark.core.codehost.ManageHooks;
import dev.quark.core.webhook.ReviewDeliveries;

/**
 * What the server offers about GitHub.
 *
 * @param browse shows repositories
 * @param hooks manages hooks
 * @param deliveries shows deliveries
 */
public record CodeHosting(BrowseHost browse, ManageHooks hooks, ReviewDeliveries deliveries) {}
