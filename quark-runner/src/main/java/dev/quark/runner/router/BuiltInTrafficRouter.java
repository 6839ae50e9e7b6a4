package dev.quark.runner.router;

import dev.quark.core.config.ConfigId;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.service.Drain;
import dev.quark.core.service.Route;
import dev.quark.core.service.Traffic;
import dev.quark.core.service.TrafficRouter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The router in a process of its own, by its control channel. */
final class BuiltInTrafficRouter implements TrafficRouter {

    /** A wait for a drain is asked for again after this long, so that an interruption is soon seen. */
    private static final Duration TURN = Duration.ofMillis(500);

    /** How often a question is asked again while the router is being mended. */
    private static final int ATTEMPTS = 3;

    private final RouterProcess process;

    BuiltInTrafficRouter(RouterProcess process) {
        this.process = process;
    }

    @Override
    public void switchTo(Route route) {
        ask(new Wire.Ask("switch", Wire.RouteLine.of(route), null, null, 0));
    }

    @Override
    public Drain awaitDrain(ConfigId config, String release, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (true) {
            long left = Math.max(0, (end - System.nanoTime()) / 1_000_000);
            Wire.Reply reply =
                    ask(new Wire.Ask("drain", null, config.toString(), release, Math.min(left, TURN.toMillis())));
            if (!reply.underWay()) {
                return new Drain.Over(
                        reply.cutover() == null ? null : reply.cutover().cutover());
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (left == 0) {
                return new Drain.UnderWay();
            }
        }
    }

    @Override
    public Optional<Traffic> traffic(ConfigId config) {
        return Optional.ofNullable(ask(Wire.Ask.of("traffic", config)).traffic())
                .map(Wire.TrafficLine::traffic);
    }

    @Override
    public List<Route> routes() {
        if (!process.isNeeded()) {
            return List.of();
        }
        List<Wire.RouteLine> lines = ask(Wire.Ask.of("routes")).routes();
        return lines == null
                ? List.of()
                : lines.stream().map(Wire.RouteLine::route).toList();
    }

    @Override
    public void remove(ConfigId config) {
        if (process.isNeeded()) {
            ask(Wire.Ask.of("remove", config));
        }
    }

    private Wire.Reply ask(Wire.Ask ask) {
        IOException last = new IOException("never asked");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            process.ensure();
            try {
                return checked(process.client().ask(ask));
            } catch (IOException e) {
                last = e;
            }
        }
        throw new UnavailableException(
                "The router doesn't answer: " + last.getMessage() + ". " + process.whereToLook(), last);
    }

    private Wire.Reply checked(Wire.Reply reply) {
        if (reply.conflict() != null) {
            throw new ConflictException("Config " + reply.conflict()
                    + " answers for one of these hosts with the same path prefix already.");
        }
        if (reply.error() != null) {
            throw new UnavailableException("The router refused: " + reply.error() + ". " + process.whereToLook());
        }
        return reply;
    }
}
