package dev.quark.core.webhook;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.source.BranchPattern;

/**
 * What a push meant for one config.
 *
 * @param config the config's id
 * @param name its name then
 * @param branch its branch then
 * @param deployed whether the push was deployed
 * @param reason why, or why not, in a few words
 */
public record Verdict(ConfigId config, ConfigName name, BranchPattern branch, boolean deployed, String reason) {

    /** The same config, which doesn't deploy after all. */
    Verdict not(String because) {
        return new Verdict(config, name, branch, false, because);
    }
}
