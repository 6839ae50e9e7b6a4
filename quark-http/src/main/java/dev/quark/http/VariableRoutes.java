package dev.quark.http;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.ManageConfigs;
import dev.quark.core.environment.EnvFile;
import dev.quark.core.environment.VariableName;
import dev.quark.core.problem.Faults;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.secret.Secret;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The variables of a config, one by one and as a pasted {@code .env} file. */
final class VariableRoutes {

    private static final int LIMIT = 2 * 1024 * 1024;
    private static final String ONE = "/deploy/configs/{id}/env/{name}";
    private static final String MASKED = "is the mask that stands for a stored value: send the value itself";

    private final ManageConfigs configs;
    private final Authentication authentication;
    private final BodyBudget budget;

    VariableRoutes(ManageConfigs configs, Authentication authentication, BodyBudget budget) {
        this.configs = configs;
        this.authentication = authentication;
        this.budget = budget;
    }

    void add(Routes routes) {
        routes.get(ONE, Access.VIEWER, this::show);
        routes.put(ONE, Access.DEPLOYER, this::set);
        routes.delete(ONE, Access.DEPLOYER, this::remove);
        routes.put("/deploy/configs/{id}/env", Access.DEPLOYER, this::replace);
    }

    private void show(Context ctx) {
        Query query = new Query(ctx);
        boolean reveal = ConfigRoutes.reveals(ctx, query);
        query.done();
        ConfigId id = ConfigRoutes.id(ctx);
        VariableName name = existing(ctx);
        Secret value = configs.variable(id, name);
        if (reveal) {
            configs.revealed(id, authentication.actor(ctx), name.value());
        }
        answer(ctx, name, ConfigJson.shown(value, reveal));
    }

    private void set(Context ctx) {
        Fields fields = Fields.of(ctx, budget);
        VariableName name = fields.faults().check("name", () -> VariableName.chosen(ctx.pathParam("name")));
        Secret value = fields.required("value", text -> given(name, text));
        fields.done();
        VariableName valid = Objects.requireNonNull(name);
        configs.setVariable(ConfigRoutes.id(ctx), valid, Objects.requireNonNull(value), authentication.actor(ctx));
        answer(ctx, valid, ConfigJson.MASK);
    }

    private static Secret given(@Nullable VariableName name, String text) {
        if (text.equals(ConfigJson.MASK)) {
            throw new InvalidException("value", MASKED);
        }
        Secret value = Secret.of(text);
        return name == null ? value : ConfigInput.checked(name, value);
    }

    private void remove(Context ctx) {
        configs.removeVariable(ConfigRoutes.id(ctx), existing(ctx), authentication.actor(ctx));
        Answer.noContent(ctx);
    }

    private void replace(Context ctx) {
        String type = Fields.mediaType(ctx);
        if (!type.isEmpty() && !type.equals("text/plain")) {
            throw new HttpProblem(415, "Send the .env file as text/plain.", Map.of("Accept", "text/plain"));
        }
        Map<VariableName, Secret> variables;
        try (Body body = Body.read(ctx, budget, LIMIT)) {
            variables = EnvFile.parse(text(body.bytes()));
        }
        Faults faults = new Faults();
        variables.forEach((name, value) -> {
            if (value.reveal().equals(ConfigJson.MASK)) {
                faults.add(name.value(), MASKED);
            }
        });
        faults.throwIfAny();
        DeploymentConfig config = configs.replaceVariables(ConfigRoutes.id(ctx), variables, authentication.actor(ctx));
        Answer.json(ctx, 200, json -> ConfigJson.write(json, config, false));
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new HttpProblem(400, "The file is not UTF-8.");
        }
    }

    private static void answer(Context ctx, VariableName name, String value) {
        Answer.json(ctx, 200, json -> {
            json.writeStartObject();
            json.writeStringField("name", name.value());
            json.writeStringField("value", value);
            json.writeEndObject();
        });
    }

    /** The variable that the path names; what can't be a name can't be there. */
    private static VariableName existing(Context ctx) {
        try {
            return new VariableName(ctx.pathParam("name"));
        } catch (InvalidException e) {
            throw new NotFoundException("The config has no such variable.");
        }
    }
}
