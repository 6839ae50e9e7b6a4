package dev.quark.http;

import dev.quark.core.config.ConfigDraft;
import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.GitHubSettings;
import dev.quark.core.config.ServiceSettings;
import dev.quark.core.config.WorkingDirectory;
import dev.quark.core.environment.Environment;
import dev.quark.core.environment.VariableName;
import dev.quark.core.problem.Faults;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.BranchPattern;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.PathFilters;
import dev.quark.core.source.RepositoryName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The members of a config that a request gives; null stands for one that it doesn't.
 *
 * @param nulls the members that it gives as null, among those that may be
 * @param variables as they were sent, the mask for a stored value among them
 */
record ConfigInput(
        @Nullable RepositoryName repository,
        @Nullable Long repositoryId,
        @Nullable BranchPattern branch,
        @Nullable ConfigName name,
        @Nullable Boolean autoDeploy,
        @Nullable Boolean requireChecks,
        @Nullable String environmentUrl,
        @Nullable String deployCommand,
        @Nullable Map<VariableName, Secret> variables,
        @Nullable Set<VariableName> plain,
        @Nullable CloneUrl cloneUrl,
        @Nullable WorkingDirectory workingDirectory,
        @Nullable PathFilters pathFilters,
        @Nullable Duration timeout,
        @Nullable Integer keepReleases,
        @Nullable ServiceInput service,
        Set<String> nulls) {

    private static final String VARIABLES = "environment_variables";
    private static final Secret MASK = Secret.of(ConfigJson.MASK);

    /** Reads a new config's members. */
    static ConfigInput ofNew(Fields fields) {
        if (!fields.has("repo_full_name")) {
            fields.wrong("repo_full_name", "is required");
        }
        boolean source = fields.has("repo_id") && !fields.isNull("repo_id");
        if (!source && (!fields.has("clone_url") || fields.isNull("clone_url"))) {
            fields.wrong("repo_id", "is required unless clone_url is given");
        }
        return of(fields);
    }

    /** Reads the members of a config that are to change. */
    static ConfigInput of(Fields fields) {
        Faults faults = fields.faults();
        Set<String> nulls = new HashSet<>();
        String command = fields.text("deploy_command");
        Long timeout = fields.number("timeout_seconds");
        Long keep = fields.number("keep_releases");
        faults.check("deploy_command", () -> probe(command, null, null));
        faults.check("timeout_seconds", () -> probe(null, timeout, null));
        faults.check("keep_releases", () -> probe(null, null, keep));
        ConfigInput input = new ConfigInput(
                fields.text("repo_full_name", RepositoryName::new),
                repositoryId(fields, nulls),
                fields.text("branch", BranchPattern::new),
                fields.text("name", ConfigName::new),
                fields.flag("auto_deploy"),
                fields.flag("require_checks"),
                nullable(fields, "environment_url", nulls)
                        ? null
                        : fields.text(
                                "environment_url",
                                url -> Objects.requireNonNull(new GitHubSettings(false, url).environmentUrl())),
                command,
                variables(fields),
                plain(fields),
                nullable(fields, "clone_url", nulls) ? null : fields.text("clone_url", CloneUrl::new),
                fields.text("working_directory", WorkingDirectory::new),
                pathFilters(fields),
                timeout == null ? null : Duration.ofSeconds(clamp(timeout)),
                keep == null ? null : clamp(keep),
                nullable(fields, "service", nulls) ? null : ServiceInput.of(fields.object("service")),
                nulls);
        fields.done();
        return input;
    }

    /** What the config's user chooses with this input, given what they chose before. */
    ConfigDraft applyTo(ConfigDraft before) {
        return new ConfigDraft(
                or(repository, before.repository()),
                repositoryId != null ? repositoryId : nulls.contains("repo_id") ? null : before.repositoryId(),
                or(branch, before.branch()),
                or(name, before.name()),
                or(autoDeploy, before.autoDeploy()),
                github(before.github()),
                or(deployCommand, before.deployCommand()),
                environment(before.environment()),
                cloneUrl != null ? cloneUrl : nulls.contains("clone_url") ? null : before.cloneUrl(),
                or(workingDirectory, before.workingDirectory()),
                or(pathFilters, before.pathFilters()),
                or(timeout, before.timeout()),
                or(keepReleases, before.keepReleases()),
                service(before.service()));
    }

    private @Nullable ServiceSettings service(@Nullable ServiceSettings before) {
        if (nulls.contains("service")) {
            return null;
        }
        return service == null ? before : service.applyTo(before);
    }

    private GitHubSettings github(GitHubSettings before) {
        return new GitHubSettings(
                or(requireChecks, before.requireChecks()),
                environmentUrl != null
                        ? environmentUrl
                        : nulls.contains("environment_url") ? null : before.environmentUrl());
    }

    private Environment environment(Environment before) {
        Faults faults = new Faults();
        TreeMap<VariableName, Secret> values = new TreeMap<>(before.variables());
        if (variables != null) {
            values.clear();
            variables.forEach((name, value) -> {
                Secret kept = value.equals(MASK) ? before.variables().get(name) : value;
                if (kept == null) {
                    faults.add(
                            VARIABLES + "." + name,
                            "the mask stands for a stored value, and there is none: send the value itself");
                } else {
                    values.put(name, kept);
                }
            });
        }
        faults.throwIfAny();
        return new Environment(values, plain == null ? before.plain() : plain);
    }

    private static @Nullable Map<VariableName, Secret> variables(Fields fields) {
        Map<String, String> texts = fields.textsByName(VARIABLES);
        if (texts == null) {
            return null;
        }
        Map<VariableName, Secret> variables = new TreeMap<>();
        texts.forEach((name, value) -> {
            String field = VARIABLES + "." + name;
            VariableName valid = fields.faults().check(field, () -> VariableName.chosen(name));
            if (valid != null) {
                Secret secret = fields.faults().check(field, () -> checked(valid, Secret.of(value)));
                if (secret != null) {
                    variables.put(valid, secret);
                }
            }
        });
        return variables;
    }

    /** @throws InvalidException for a value that no command could be given */
    static Secret checked(VariableName name, Secret value) {
        new Environment(new TreeMap<>(Map.of(name, value)), Set.of());
        return value;
    }

    private static @Nullable Set<VariableName> plain(Fields fields) {
        List<String> names = fields.texts("plain_variables");
        if (names == null) {
            return null;
        }
        Set<VariableName> plain = new HashSet<>();
        for (String name : names) {
            VariableName valid = fields.faults().check("plain_variables", () -> VariableName.chosen(name));
            if (valid != null) {
                plain.add(valid);
            }
        }
        return plain;
    }

    private static @Nullable PathFilters pathFilters(Fields fields) {
        List<String> globs = fields.texts("path_filters");
        return globs == null ? null : fields.faults().check("path_filters", () -> new PathFilters(globs));
    }

    private static @Nullable Long repositoryId(Fields fields, Set<String> nulls) {
        if (nullable(fields, "repo_id", nulls)) {
            return null;
        }
        Long id = fields.number("repo_id");
        if (id != null && id < 1) {
            fields.wrong("repo_id", "must be GitHub's number of the repository");
            return null;
        }
        return id;
    }

    private static boolean nullable(Fields fields, String name, Set<String> nulls) {
        boolean isNull = fields.isNull(name);
        if (isNull) {
            nulls.add(name);
        }
        return isNull;
    }

    /** A config that is wrong exactly where one of these is, so that each is judged beside the others. */
    private static DeploymentConfig probe(@Nullable String command, @Nullable Long timeout, @Nullable Long keep) {
        return new DeploymentConfig(
                new ConfigId(new UUID(0, 0)),
                new RepositoryName("octo-org/octo-repo"),
                1L,
                new BranchPattern("main"),
                ConfigName.DEFAULT,
                false,
                GitHubSettings.DEFAULT,
                or(command, DeploymentConfig.DEFAULT_COMMAND),
                Environment.EMPTY,
                null,
                WorkingDirectory.ROOT,
                PathFilters.ALL,
                timeout == null ? DeploymentConfig.DEFAULT_TIMEOUT : Duration.ofSeconds(clamp(timeout)),
                keep == null ? DeploymentConfig.DEFAULT_KEEP_RELEASES : clamp(keep),
                null,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    /** A number as an int; what is far out of every range stays out of it. */
    static int clamp(long number) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
