package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.HostPattern;
import dev.quark.core.config.PathPrefix;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.process.RunId;
import dev.quark.core.service.InMemoryTrafficRouter;
import dev.quark.core.service.Instance;
import dev.quark.core.service.Route;
import dev.quark.core.service.Service;
import dev.quark.core.service.TrafficRouter;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Prometheus is shown of the deployed apps. */
class ServiceMetricsTest {

    private final InMemoryStores stores = new InMemoryStores();
    private final InMemoryTrafficRouter router = new InMemoryTrafficRouter(Clock.systemUTC());
    private final DeploymentConfig config = Samples.config(Samples.REPOSITORY, "production");
    private final Deployment deployment = Samples.pending(config, Trigger.PUSH);
    private final String[] labels = {
        "config", config.id().toString(), "repository", "octo-org/octo-repo", "name", "production"
    };

    @BeforeEach
    void deploy() {
        stores.configs().add(config);
        stores.deployments().add(deployment);
    }

    private Exposition scrape(TrafficRouter asked) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.getPrometheusRegistry().register(() -> {
            MetricFamilies families = new MetricFamilies();
            families.gauge("up", "It was asked").is(1).close();
            new ServiceMetrics(stores.services(), stores.instances(), stores.deployments(), asked).collect(families);
            return families.build();
        });
        return Exposition.parse(registry.scrape());
    }

    private void serve(boolean stopped) {
        stores.services().save(new Service(config.id(), deployment.id().rollout(), stopped, "node", Samples.NOW));
    }

    @Test
    void nothingIsSaidOfAppsThatThereAreNot() {
        assertEquals(java.util.Set.of("up"), scrape(router).families());
    }

    @Test
    void showsWhatTheRouterCountedAndHowTheInstancesAre() {
        serve(false);
        stores.instances()
                .add(Instance.first(
                        config.id(),
                        deployment.id().rollout(),
                        1,
                        "node",
                        20_001,
                        new RunId(Samples.id()),
                        Samples.NOW));
        router.switchTo(new Route(
                config.id(),
                List.of(new HostPattern("app.example.com")),
                new PathPrefix("/"),
                false,
                deployment.id().toString(),
                List.of(20_001),
                Duration.ofSeconds(1)));
        router.end(router.begin("app.example.com", "/").orElseThrow(), 200);
        router.end(router.begin("app.example.com", "/").orElseThrow(), 503);
        Exposition metrics = scrape(router);
        assertEquals(1, metrics.value("quark_router_up"));
        assertEquals(2, metrics.value("quark_service_responses_total", labels));
        assertEquals(1, metrics.value("quark_service_server_errors_total", labels));
        assertEquals(0, metrics.value("quark_service_failures_total", labels));
        assertEquals(1, metrics.value("quark_service_instances", with("state", "starting")));
        assertEquals(0, metrics.value("quark_service_instances", with("state", "healthy")));
    }

    private String[] with(String name, String value) {
        String[] more = java.util.Arrays.copyOf(labels, labels.length + 2);
        more[labels.length] = name;
        more[labels.length + 1] = value;
        return more;
    }

    @Test
    void aRouterThatDoesNotAnswerIsSaidToBeDownAndTheRestIsShown() {
        serve(false);
        TrafficRouter down = mock(TrafficRouter.class);
        when(down.traffic(any())).thenThrow(new UnavailableException("The router doesn't answer."));
        Exposition metrics = scrape(down);
        assertEquals(0, metrics.value("quark_router_up"));
        assertEquals(0, metrics.rows("quark_service_responses_total"));
        assertTrue(metrics.rows("quark_service_instances") > 0);
    }

    @Test
    void aStoppedAppNeedsNoRouter() {
        serve(true);
        assertEquals(0, scrape(router).rows("quark_router_up"));
    }
}
