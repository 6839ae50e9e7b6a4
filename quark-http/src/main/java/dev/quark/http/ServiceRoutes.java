package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.ManageService;
import dev.quark.core.service.Instance;
import dev.quark.core.service.Service;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/** A config's service: its instances, and how it is stopped and started again. */
final class ServiceRoutes {

    private static final Pattern CONFIG_ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final UseCases use;
    private final ConfigRoutes configs;
    private final Authentication authentication;

    /** @param configs shows the config of a repository whose name is {@code service} */
    ServiceRoutes(UseCases use, ConfigRoutes configs, Authentication authentication) {
        this.use = use;
        this.configs = configs;
        this.authentication = authentication;
    }

    void add(Routes routes) {
        routes.get("/deploy/configs/{id}/service", Access.VIEWER, this::showServiceOrConfig);
        routes.post("/deploy/configs/{id}/service/restart", Access.DEPLOYER, this::restart);
        routes.post("/deploy/configs/{id}/service/start", Access.DEPLOYER, this::restart);
        routes.post("/deploy/configs/{id}/service/stop", Access.DEPLOYER, this::stop);
    }

    /** How the API spells the state of a service as a whole. */
    static String status(ManageService.View view) {
        Service service = view.service();
        if (service == null) {
            return "not_deployed";
        }
        if (service.stopped()) {
            return view.instances().isEmpty() ? "stopped" : "stopping";
        }
        List<Instance> serving = view.instances().stream()
                .map(ManageService.Seen::instance)
                .filter(instance -> instance.rollout().equals(service.serving()))
                .toList();
        // A service without an instance answers nobody.
        boolean healthy =
                !serving.isEmpty() && serving.stream().allMatch(instance -> instance.state() == Instance.State.HEALTHY);
        return healthy ? "healthy" : "unhealthy";
    }

    /** The path is also that of the config of {@code OWNER/service}. */
    private void showServiceOrConfig(Context ctx) {
        String owner = ctx.pathParam("id");
        if (CONFIG_ID.matcher(owner).matches()) {
            show(ctx);
        } else {
            configs.showOf(ctx, owner + "/service");
        }
    }

    private void show(Context ctx) {
        ConfigId id = ConfigRoutes.id(ctx);
        ManageService.View view = use.servicesOrRefuse().show(id);
        Answer.json(ctx, 200, json -> {
            Service service = view.service();
            json.writeStartObject();
            Json.text(json, "config_id", id);
            Json.text(json, "status", status(view));
            Json.text(json, "release", service == null ? null : service.serving());
            Json.time(json, "since", service == null ? null : service.since());
            json.writeArrayFieldStart("instances");
            for (ManageService.Seen seen : view.instances()) {
                write(json, seen);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, ManageService.Seen seen) throws IOException {
        Instance instance = seen.instance();
        json.writeStartObject();
        json.writeNumberField("number", instance.number());
        Json.text(json, "release", instance.rollout());
        Json.text(json, "state", instance.state().label());
        Json.text(json, "note", instance.note());
        json.writeNumberField("port", instance.port());
        Json.number(json, "pid", seen.pid());
        json.writeNumberField("restarts", instance.restarts());
        json.writeNumberField("crashes_in_a_row", instance.crashes());
        Json.time(json, "since", instance.since());
        Json.text(json, "node", instance.node());
        json.writeEndObject();
    }

    private void restart(Context ctx) {
        use.servicesOrRefuse();
        Deployment queued = use.bringBack().restart(ConfigRoutes.id(ctx), authentication.actor(ctx));
        DeploymentRoutes.queued(ctx, queued);
    }

    private void stop(Context ctx) {
        use.servicesOrRefuse().stop(ConfigRoutes.id(ctx), authentication.actor(ctx));
        show(ctx);
    }
}
