package dev.quark.runner.router.proxy;

import dev.quark.core.service.Route;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A route with what it leads to.
 *
 * @param route the route
 * @param app whose it is
 * @param release what answers
 * @param instances the release's instances
 */
record Binding(Route route, App app, Release release, List<Instance> instances) {

    /** The instance with the fewest requests under way, of those that weren't tried yet; null where all were. */
    @Nullable
    Instance choose(Set<Instance> tried, long now) {
        Instance best = null;
        int count = instances.size();
        int start = count > 1 ? ThreadLocalRandom.current().nextInt(count) : 0;
        for (int i = 0; i < count; i++) {
            Instance each = instances.get((start + i) % count);
            if (!tried.contains(each) && (best == null || isBetter(each, best, now))) {
                best = each;
            }
        }
        return best;
    }

    private static boolean isBetter(Instance one, Instance other, long now) {
        boolean passedOver = one.isPassedOver(now);
        return passedOver == other.isPassedOver(now) ? one.active() < other.active() : !passedOver;
    }
}
