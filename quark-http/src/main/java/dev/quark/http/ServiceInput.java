package dev.quark.http;

import dev.quark.core.config.HealthCheck;
import dev.quark.core.config.HostPattern;
import dev.quark.core.config.PathPrefix;
import dev.quark.core.config.ServiceSettings;
import dev.quark.core.problem.Faults;
import dev.quark.core.problem.InvalidException;
import java.net.IDN;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of a service that a request gives; null stands for one that it doesn't, and keeps what is stored.
 *
 * @param anyPath whether the health check is to be content with an open port
 */
record ServiceInput(
        @Nullable String startCommand,
        @Nullable List<HostPattern> hosts,
        @Nullable PathPrefix pathPrefix,
        @Nullable Boolean stripPrefix,
        @Nullable Integer instances,
        @Nullable String healthPath,
        boolean anyPath,
        @Nullable Duration healthInterval,
        @Nullable Duration healthTimeout,
        @Nullable Duration drain,
        @Nullable Duration stop,
        @Nullable Duration watch,
        @Nullable Integer watchMaxFailurePercent) {

    private static final ServiceSettings SAMPLE = ServiceSettings.of("true", List.of(HostPattern.ANY));

    /** Reads the members; each is judged beside the others. */
    static @Nullable ServiceInput of(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        Fields health = fields.object("health_check");
        ServiceInput input = new ServiceInput(
                fields.text("start_command"),
                hosts(fields),
                fields.text("path_prefix", PathPrefix::new),
                fields.flag("strip_prefix"),
                number(fields, "instances"),
                health == null || health.isNull("path") ? null : health.text("path"),
                health != null && health.isNull("path"),
                millis(health, "interval_ms"),
                seconds(health, "timeout_seconds"),
                seconds(fields, "drain_seconds"),
                seconds(fields, "stop_seconds"),
                seconds(fields, "watch_seconds"),
                number(fields, "watch_max_failure_percent"));
        if (health != null) {
            health.end();
        }
        fields.end();
        try {
            input.applyTo(SAMPLE);
        } catch (InvalidException e) {
            e.errors().forEach(error -> fields.faults().add(error.field(), error.message()));
        }
        return input;
    }

    /** The service that is chosen with this input, given the one before. */
    ServiceSettings applyTo(@Nullable ServiceSettings before) {
        if (before == null) {
            Faults faults = new Faults();
            if (startCommand == null) {
                faults.add("service.start_command", "is required");
            }
            if (hosts == null) {
                faults.add("service.hosts", "is required: at least one host such as app.example.com, or * for any");
            }
            faults.throwIfAny();
        }
        ServiceSettings base = before == null ? SAMPLE : before;
        HealthCheck health = base.healthCheck();
        return new ServiceSettings(
                or(startCommand, base.startCommand()),
                or(hosts, base.hosts()),
                or(pathPrefix, base.pathPrefix()),
                or(stripPrefix, base.stripPrefix()),
                or(instances, base.instances()),
                new HealthCheck(
                        anyPath ? null : healthPath == null ? health.path() : healthPath,
                        or(healthInterval, health.interval()),
                        or(healthTimeout, health.timeout())),
                or(drain, base.drain()),
                or(stop, base.stop()),
                or(watch, base.watch()),
                or(watchMaxFailurePercent, base.watchMaxFailurePercent()));
    }

    private static @Nullable List<HostPattern> hosts(Fields fields) {
        List<String> texts = fields.texts("hosts");
        if (texts == null) {
            return null;
        }
        List<HostPattern> hosts = new ArrayList<>();
        for (String text : texts) {
            HostPattern host = fields.faults().check("service.hosts", () -> host(text));
            if (host != null) {
                hosts.add(host);
            }
        }
        return hosts.size() == texts.size() ? hosts : null;
    }

    /** A host as routers compare it: without the port that a browser's address line shows, in ASCII, without a dot at its end. */
    private static HostPattern host(String text) {
        String host = text.strip().replaceFirst(":[0-9]{1,5}$", "").replaceFirst("\\.$", "");
        String wildcard = host.startsWith("*.") ? "*." : "";
        try {
            return new HostPattern(wildcard + IDN.toASCII(host.substring(wildcard.length()), IDN.ALLOW_UNASSIGNED));
        } catch (IllegalArgumentException e) {
            // No name that could be written in ASCII; the pattern says what it may be.
            return new HostPattern(text);
        }
    }

    private static @Nullable Integer number(Fields fields, String name) {
        Long number = fields.number(name);
        return number == null ? null : ConfigInput.clamp(number);
    }

    private static @Nullable Duration seconds(@Nullable Fields fields, String name) {
        Long number = fields == null ? null : fields.number(name);
        return number == null ? null : Duration.ofSeconds(ConfigInput.clamp(number));
    }

    private static @Nullable Duration millis(@Nullable Fields fields, String name) {
        Long number = fields == null ? null : fields.number(name);
        return number == null ? null : Duration.ofMillis(ConfigInput.clamp(number));
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
