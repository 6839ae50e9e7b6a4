package dev.quark.core.config;

import dev.quark.core.problem.Faults;
import dev.quark.core.problem.InvalidException;
import java.time.Duration;
import java.util.List;

/**
 * How an app is run and reached, for a config whose deployments are more than a command.
 *
 * @param startCommand a shell command that runs one instance in the release's working directory and listens on {@code PORT}
 * @param hosts which hosts the app answers for: at least one
 * @param pathPrefix which paths of them
 * @param stripPrefix whether the app sees paths without the prefix
 * @param instances how many instances there are: 1 to 32
 * @param healthCheck when an instance can take requests
 * @param drain how long requests in flight on old instances may take to finish: up to 1 h
 * @param stop how long an instance has between SIGTERM and SIGKILL: 1 s to 10 min
 * @param watch how long a new release is watched before its deployment is completed: up to 24 h, zero for not at all
 * @param watchMaxFailurePercent more failed requests than this share of all end the watch with a return to the old release: 0
 *     to 100
 */
public record ServiceSettings(
        String startCommand,
        List<HostPattern> hosts,
        PathPrefix pathPrefix,
        boolean stripPrefix,
        int instances,
        HealthCheck healthCheck,
        Duration drain,
        Duration stop,
        Duration watch,
        int watchMaxFailurePercent) {

    private static final int MOST_HOSTS = 50;
    private static final int MOST_INSTANCES = 32;

    /** @throws InvalidException with every setting that is outside its range */
    public ServiceSettings {
        hosts = hosts.stream().distinct().toList();
        Faults faults = new Faults();
        if (startCommand.isBlank() || startCommand.length() > 10_000 || startCommand.indexOf('\0') >= 0) {
            faults.add(
                    "service.start_command",
                    "must be a shell command of 1 to 10000 characters that starts the app and stays in the foreground");
        }
        if (hosts.isEmpty() || hosts.size() > MOST_HOSTS) {
            faults.add(
                    "service.hosts",
                    "must name 1 to " + MOST_HOSTS
                            + " hosts such as app.example.com, or * for every host that no other config" + " names");
        }
        range(faults, "instances", instances, 1, MOST_INSTANCES);
        range(faults, "drain_seconds", drain.toSeconds(), 0, 3600);
        range(faults, "stop_seconds", stop.toSeconds(), 1, 600);
        range(faults, "watch_seconds", watch.toSeconds(), 0, 86_400);
        range(faults, "watch_max_failure_percent", watchMaxFailurePercent, 0, 100);
        faults.throwIfAny();
    }

    /** Settings in which all but the command and the hosts has its default. */
    public static ServiceSettings of(String startCommand, List<HostPattern> hosts) {
        return new ServiceSettings(
                startCommand,
                hosts,
                PathPrefix.ROOT,
                false,
                1,
                HealthCheck.DEFAULT,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ZERO,
                5);
    }

    private static void range(Faults faults, String field, long value, long least, long most) {
        if (value < least || value > most) {
            faults.add("service." + field, "must be " + least + " to " + most);
        }
    }
}
