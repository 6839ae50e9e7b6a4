package dev.quark.runner.router.proxy;

import dev.quark.core.config.ConfigId;
import dev.quark.core.service.Cutover;
import dev.quark.core.service.Route;
import dev.quark.core.service.Traffic;
import dev.quark.core.service.TrafficRouter;
import dev.quark.runner.router.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The routes and their switches. Requests read {@link #table}, which is replaced as a whole; everything else is done under
 * one lock, and is on disk before it is said to be done.
 */
final class Routes {

    static final String FILE = "routes.json";

    private static final int KEPT_SWITCHES = 10;

    private final TableFile file;

    /** Where a router that was replaced leaves the outcomes of the switches that it saw to their end. */
    private final TableFile left;

    private final ScheduledExecutorService timer;
    private final Map<ConfigId, Binding> bindings = new LinkedHashMap<>();
    private final Map<ConfigId, Deque<Past>> past = new HashMap<>();
    private volatile RoutingTable table = RoutingTable.EMPTY;
    private volatile boolean retired;
    private CompletableFuture<Void> predecessor = CompletableFuture.completedFuture(null);

    /** A switch, in this process or one before it. */
    private record Past(
            String release, @Nullable Switch live, @Nullable Cutover kept) {
        @Nullable
        Cutover cutover() {
            return live == null ? kept : live.cutover();
        }
    }

    Routes(Path directory, ScheduledExecutorService timer) {
        this.file = new TableFile(directory.resolve(FILE));
        this.left = new TableFile(directory.resolve("left.json"));
        this.timer = timer;
    }

    /** Begins with what is on disk. */
    synchronized void load() {
        Wire.Kept kept = file.read();
        for (Wire.RouteLine line : kept.routes()) {
            Route route = line.route();
            bindings.put(route.config(), bind(route, new App(route.config()), new Release(route.release()), null));
        }
        for (Wire.KeptCutover line : kept.cutovers()) {
            ConfigId config = ConfigId.parse(line.config());
            remember(config, new Past(line.release(), null, line.cutover().cutover()));
        }
        table = new RoutingTable(bindings.values());
    }

    /** Whether users may be waiting for what is on disk. */
    boolean isAwaited() {
        return !file.read().routes().isEmpty();
    }

    RoutingTable table() {
        if (retired && file.hasChanged()) {
            reload();
        }
        return table;
    }

    /** Another process still has requests under way: until it is gone, no drain is over. */
    synchronized void follow(CompletableFuture<Void> gone) {
        predecessor = gone.thenRunAsync(this::takeWhatIsLeft, timer);
    }

    private synchronized void takeWhatIsLeft() {
        for (Wire.KeptCutover line : left.read().cutovers()) {
            ConfigId config = ConfigId.parse(line.config());
            if (bindings.containsKey(config) && latest(config, line.release()) == null) {
                remember(config, new Past(line.release(), null, line.cutover().cutover()));
            }
        }
        left.delete();
    }

    /** Another process routes now. The requests that still come here go where it says, and none may stay for long. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for it.
    synchronized void retire() {
        retired = true;
        file.hasChanged();
        for (Binding binding : bindings.values()) {
            long drain = binding.route().drain().toMillis();
            timer.schedule(binding.release()::breakOff, drain, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void reload() {
        table = new RoutingTable(file.read().routes().stream()
                .map(Wire.RouteLine::route)
                .map(route -> bind(route, new App(route.config()), new Release(route.release()), null))
                .toList());
    }

    /** Sends requests elsewhere; gives the config that has the host and prefix already, in which case nothing is done. */
    synchronized Optional<ConfigId> switchTo(Route route) {
        for (Binding other : bindings.values()) {
            if (other.route().collidesWith(route)) {
                return Optional.of(other.route().config());
            }
        }
        Binding before = bindings.get(route.config());
        if (before != null && before.route().equals(route)) {
            return Optional.empty();
        }
        App app = before == null ? new App(route.config()) : before.app();
        Release current = before == null ? null : before.release();
        boolean same = current != null && current.name().equals(route.release());
        Release release = current != null && same ? current : new Release(route.release());
        Switch change = same ? null : new Switch(route.release());
        Binding after = bind(route, app, release, same ? before : null);
        replace(route.config(), before, after);
        if (change != null) {
            remember(route.config(), new Past(route.release(), change, null));
            app.begin(change);
        }
        table = new RoutingTable(bindings.values());
        if (change != null) {
            drain(current, change, app, route.drain());
        }
        return Optional.empty();
    }

    /** Puts a binding in another's place, on disk first; where that fails nothing has changed. */
    private void replace(ConfigId config, @Nullable Binding before, @Nullable Binding after) {
        put(config, after);
        try {
            save();
        } catch (RuntimeException e) {
            put(config, before);
            throw e;
        }
    }

    private void put(ConfigId config, @Nullable Binding binding) {
        if (binding == null) {
            bindings.remove(config);
        } else {
            bindings.put(config, binding);
        }
    }

    private static Binding bind(Route route, App app, Release release, @Nullable Binding before) {
        Map<Integer, Instance> known = new HashMap<>();
        if (before != null) {
            before.instances().forEach(instance -> known.put(instance.port(), instance));
        }
        List<Instance> instances = route.ports().stream()
                .map(port -> known.getOrDefault(port, new Instance(port)))
                .toList();
        return new Binding(route, app, release, instances);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for it.
    private void drain(@Nullable Release old, Switch change, App app, Duration time) {
        CompletableFuture<Void> elsewhere = predecessor;
        // Not on the thread of the request that was the last.
        Runnable over = () -> elsewhere.thenRunAsync(
                () -> {
                    if (change.end()) {
                        app.end(change);
                        keep(app.config(), change);
                    }
                },
                timer);
        if (old == null) {
            over.run();
            return;
        }
        old.retire(over);
        if (!old.isEmpty()) {
            timer.schedule(old::breakOff, time.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void keep(ConfigId config, Switch change) {
        try {
            if (!bindings.containsKey(config)) {
                forgetOver(config);
            }
            save();
        } finally {
            change.publish();
        }
    }

    /** How far a drain is: how it is told over the wire. */
    Wire.Reply drain(ConfigId config, String release, Duration atMost) throws InterruptedException {
        Past latest = latest(config, release);
        if (latest == null && !isAlone(atMost)) {
            return Wire.Reply.drain(true, null);
        }
        latest = latest(config, release);
        if (latest == null || latest.live() == null) {
            return Wire.Reply.drain(false, latest == null ? null : latest.kept());
        }
        Cutover cutover = latest.live().await(atMost);
        return Wire.Reply.drain(cutover == null, cutover);
    }

    /** Whether the process before this one is gone; waits for it. */
    private boolean isAlone(Duration atMost) throws InterruptedException {
        CompletableFuture<Void> before;
        synchronized (this) {
            before = predecessor;
        }
        try {
            before.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }

    private synchronized @Nullable Past latest(ConfigId config, String release) {
        Past found = null;
        for (Past each : past.getOrDefault(config, new ArrayDeque<>())) {
            if (each.release().equals(release)) {
                found = each;
            }
        }
        return found;
    }

    /** One that is under way is never forgotten: its old instances would be taken for free of requests. */
    private void remember(ConfigId config, Past change) {
        Deque<Past> switches = past.computeIfAbsent(config, any -> new ArrayDeque<>());
        switches.addLast(change);
        long over = switches.stream().filter(each -> each.cutover() != null).count();
        for (Iterator<Past> oldest = switches.iterator(); over > KEPT_SWITCHES && oldest.hasNext(); ) {
            if (oldest.next().cutover() != null) {
                oldest.remove();
                over--;
            }
        }
    }

    synchronized @Nullable Traffic traffic(ConfigId config) {
        Binding binding = bindings.get(config);
        return binding == null ? null : binding.release().traffic();
    }

    synchronized List<Route> routes() {
        return bindings.values().stream().map(Binding::route).toList();
    }

    synchronized void remove(ConfigId config) {
        Binding before = bindings.get(config);
        forgetOver(config);
        if (before == null) {
            return;
        }
        replace(config, before, null);
        table = new RoutingTable(bindings.values());
        Switch change = new Switch(TrafficRouter.NO_RELEASE);
        remember(config, new Past(TrafficRouter.NO_RELEASE, change, null));
        drain(before.release(), change, before.app(), before.route().drain());
    }

    /** What is under way is still asked for. */
    private void forgetOver(ConfigId config) {
        Deque<Past> known = past.getOrDefault(config, new ArrayDeque<>());
        known.removeIf(each -> each.cutover() != null);
        if (known.isEmpty()) {
            past.remove(config);
        }
    }

    private void save() {
        List<Wire.KeptCutover> cutovers = past.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream()
                        .filter(each -> each.cutover() != null)
                        .map(each -> new Wire.KeptCutover(
                                entry.getKey().toString(), each.release(), Wire.CutoverLine.of(each.cutover()))))
                .toList();
        (retired ? left : file)
                .write(new Wire.Kept(
                        bindings.values().stream()
                                .map(binding -> Wire.RouteLine.of(binding.route()))
                                .toList(),
                        cutovers));
    }
}
