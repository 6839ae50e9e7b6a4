package dev.quark.core.result;

import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.Failure;
import dev.quark.core.codehost.HostTokens;
import dev.quark.core.config.ConfigStore;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.result.ResultStore.Claimed;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.source.CommitSha;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Tells the host about one deployment, in steps that are each kept once done: the commit's status, the host's own record of
 * the deployment, its state, and that earlier ones are no longer in place. Safe for use by many threads.
 */
public final class TellHost {

    private static final System.Logger LOG = System.getLogger(TellHost.class.getName());

    private final ResultStore results;
    private final ConfigStore configs;
    private final CloneUrls sources;
    private final HostTokens tokens;
    private final HostResults host;
    private final DeploymentLinks links;
    private final Pace pace;
    private final Clock clock;

    /** Tells {@code host} what {@code results} says is still to be told. */
    public TellHost(
            ResultStore results,
            ConfigStore configs,
            CloneUrls sources,
            HostTokens tokens,
            HostResults host,
            DeploymentLinks links,
            Pace pace,
            Clock clock) {
        this.results = results;
        this.configs = configs;
        this.sources = sources;
        this.tokens = tokens;
        this.host = host;
        this.links = links;
        this.pace = pace;
        this.clock = clock;
    }

    /** Tells the host, or notes why not and when to try again. */
    void tell(Claimed claimed) {
        Telling telling = new Telling(claimed);
        try {
            results.save(telling.all(), true);
        } catch (CodeHostException e) {
            results.save(telling.afterFailure(e.failure()), true);
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "GitHub could not be told of " + claimed.deployment().id(),
                    e);
            results.save(telling.later("QUARK failed: " + e.getClass().getSimpleName()), true);
        }
    }

    /** One attempt; keeps what was done as it goes. */
    private final class Telling {

        private final Deployment deployment;
        private final DeploymentStatus status;
        private final Wording wording;
        private Result result;

        Telling(Claimed claimed) {
            this.deployment = claimed.deployment();
            this.status = deployment.status();
            this.result = claimed.result();
            this.wording = new Wording(deployment, links.of(deployment.id()));
        }

        Result all() {
            DeploymentConfig config = config();
            String reason = config == null ? whyUnknown() : whyElsewhere(config);
            if (reason != null) {
                return result.off(reason);
            }
            Optional<HostTokens.Borrowed> borrowed = tokens.ofRepository(deployment.repository());
            if (borrowed.isEmpty()) {
                return withoutToken();
            }
            return tokens.with(borrowed.get(), token -> {
                mark(token);
                progress(token, config);
                retire(token);
                return result.toldAs(status);
            });
        }

        private @Nullable DeploymentConfig config() {
            return Optional.ofNullable(deployment.config())
                    .flatMap(configs::find)
                    .orElse(null);
        }

        /** A deployment that the host knows is told to its end, also after its config has gone. */
        private @Nullable String whyUnknown() {
            return result.hostDeployment() == null ? "Its config was deleted." : null;
        }

        private @Nullable String whyElsewhere(DeploymentConfig config) {
            return sources.isOnHost(config.repository(), config.cloneUrl()) ? null : "It isn't cloned from GitHub.";
        }

        /** One that was told before may be told again once somebody signs in. */
        private Result withoutToken() {
            String why = "No GitHub token is known for " + deployment.repository()
                    + ": sign in with GitHub, and set the repository's webhook up.";
            boolean before = result.marked() != null || result.error() != null;
            return before ? later(why) : result.off(why);
        }

        private void mark(Secret token) {
            if (result.marked() != status) {
                host.mark(token, deployment.repository(), commit(), wording.mark());
                keep(result.markedAs(status));
            }
        }

        private void progress(Secret token, @Nullable DeploymentConfig config) {
            Long number = result.hostDeployment();
            if (number == null) {
                number = place(token);
                keep(result.knownAs(number));
            }
            boolean done = deployment.state() instanceof DeploymentState.Completed;
            host.progress(
                    token, deployment.repository(), number, wording.progress(config == null ? null : config.shownAt()));
            if (done) {
                keep(result.activeNow(true));
            }
        }

        /** Where an earlier attempt may have added it, it is looked for first. */
        private long place(Secret token) {
            HostResults.Place place = new HostResults.Place(
                    commit(),
                    deployment.name(),
                    deployment.id().toString(),
                    deployment.name().value().equals("production"));
            return (result.attempts() > 1 ? host.find(token, deployment.repository(), place) : OptionalLong.empty())
                    .orElseGet(() -> host.add(token, deployment.repository(), place));
        }

        /** Of those that the host shows as the one in place, only the newest still is. */
        private void retire(Secret token) {
            if (!(deployment.state() instanceof DeploymentState.Completed) || deployment.config() == null) {
                return;
            }
            var active = results.active(deployment.config());
            Instant newest = active.stream()
                    .map(shown -> Objects.requireNonNull(shown.deployment().completedAt()))
                    .max(Instant::compareTo)
                    .orElse(Instant.MIN);
            for (Claimed shown : active) {
                Long number = shown.result().hostDeployment();
                if (number != null && newest.isAfter(shown.deployment().completedAt())) {
                    retire(token, shown, number);
                }
            }
        }

        private void retire(Secret token, Claimed shown, long number) {
            Deployment older = shown.deployment();
            host.progress(token, older.repository(), number, new Wording(older, links.of(older.id())).inactive());
            if (older.id().equals(deployment.id())) {
                keep(result.activeNow(false));
            } else {
                results.save(shown.result().activeNow(false), true);
            }
        }

        Result afterFailure(Failure failure) {
            Instant now = clock.instant();
            return switch (failure) {
                case CodeHostException.RateLimited limit
                when !isTooOld(now) -> result.retriedAt(pace.afterLimit(limit.until(), now), failure.message());
                case CodeHostException.Rejected rejected -> dropped(failure.message());
                default -> later(failure.message());
            };
        }

        Result later(String why) {
            Instant now = clock.instant();
            return isTooOld(now) ? dropped(why) : result.retriedAt(pace.after(result.attempts(), now), why);
        }

        private Result dropped(String why) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "GitHub isn't told any more that deployment " + deployment.id() + " of " + deployment.repository()
                            + " is " + status.label() + ": " + why);
            return result.droppedAt(status, why);
        }

        private boolean isTooOld(Instant now) {
            return now.isAfter(since().plus(pace.giveUp()));
        }

        private Instant since() {
            Instant ended = deployment.completedAt();
            Instant started = deployment.startedAt();
            return ended != null ? ended : started != null ? started : deployment.createdAt();
        }

        private CommitSha commit() {
            return Objects.requireNonNull(deployment.commit(), "is claimed only with its commit")
                    .sha();
        }

        private void keep(Result known) {
            result = known;
            results.save(known, false);
        }
    }
}
