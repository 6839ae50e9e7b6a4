package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.config.ConfigId;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.environment.VariableName;
import dev.quark.core.identity.Role;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConfigApiTest {

    private static final String SEED = "{'repo_id':1296269,'repo_full_name':'octo-org/octo-repo','branch':'main',"
            + "'auto_deploy':true,'deploy_command':'./deploy.sh','environment_variables':{'API_KEY':'s3cr3t','N':''}}";

    private final World world = new World();
    private final Api deployer = Api.of(world, Role.DEPLOYER);
    private final Api admin = Api.of(world, Role.ADMIN);

    @AfterEach
    void stop() {
        world.close();
    }

    private String create(String json) {
        return deployer.post("/deploy/configs", json).is(201).json().get("id").asText();
    }

    private DeploymentConfig stored(String id) {
        return world.configs.find(ConfigId.parse(id)).orElseThrow();
    }

    private String value(String id, String name) {
        return Objects.requireNonNull(stored(id).environment().variables().get(new VariableName(name)))
                .reveal();
    }

    @Test
    void takesWhatTheForerunnersClientsSend() {
        Api.Reply reply = deployer.post("/deploy/configs", SEED).is(201);
        JsonNode config = reply.json();
        assertEquals("/deploy/configs/" + config.get("id").asText(), reply.header("Location"));
        assertEquals("octo-org/octo-repo", config.get("repo_full_name").asText());
        assertFalse(config.get("message").asText().isEmpty());
        assertEquals("********", config.at("/environment_variables/API_KEY").asText());
        assertEquals("production", config.get("name").asText());
        assertTrue(config.get("clone_url").isNull());
        assertEquals(1800, config.get("timeout_seconds").asInt());
        assertEquals("s3cr3t", value(config.get("id").asText(), "API_KEY"));
        assertEquals("config.create", world.audited.get(0).action());
        assertEquals("deployer", world.audited.get(0).actor());
    }

    @Test
    void takesWhatGitHubIsAskedAndShown() {
        String id = create("{'repo_full_name':'a/b','repo_id':1,'require_checks':true,"
                + "'environment_url':'https://app.example.com/x?y=1'}");
        JsonNode config = deployer.get("/deploy/configs/" + id).is(200).json();
        assertTrue(config.get("require_checks").asBoolean());
        assertEquals(
                "https://app.example.com/x?y=1", config.get("environment_url").asText());

        JsonNode changed = deployer.patch("/deploy/configs/" + id, "{'environment_url':null}")
                .is(200)
                .json();
        assertTrue(changed.get("require_checks").asBoolean());
        assertTrue(changed.get("environment_url").isNull());
        assertEquals(
                List.of("require_checks"),
                deployer.patch("/deploy/configs/" + id, "{'clone_url':'file:///srv/git/b.git'}")
                        .faults());
        for (String url : List.of("javascript:alert(1)", "https://user:pass@app.example.com", "app.example.com", "")) {
            assertEquals(
                    List.of("environment_url"),
                    deployer.patch("/deploy/configs/" + id, "{'environment_url':'" + url + "'}")
                            .faults());
        }
    }

    @Test
    void takesEveryField() {
        String id = create("{'repo_full_name':'a/b','branch':'release/*','name':'staging','auto_deploy':false,"
                + "'deploy_command':'make','clone_url':'file:///srv/git/b.git','working_directory':'web',"
                + "'path_filters':['src/**','!docs/**'],'timeout_seconds':60,'keep_releases':2,'repo_id':null,"
                + "'environment_variables':{'A':'1'},'plain_variables':['A']}");
        JsonNode config = deployer.get("/deploy/configs/" + id).is(200).json();
        assertEquals("release/*", config.get("branch").asText());
        assertEquals("file:///srv/git/b.git", config.get("clone_url").asText());
        assertEquals("web", config.get("working_directory").asText());
        assertEquals("[\"src/**\",\"!docs/**\"]", config.get("path_filters").toString());
        assertEquals("[\"A\"]", config.get("plain_variables").toString());
        assertEquals(60, config.get("timeout_seconds").asInt());
        assertEquals(2, config.get("keep_releases").asInt());
        assertTrue(config.get("created_at").asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"));
    }

    @Test
    void takesAServiceAndGivesItBackWithItsDefaults() {
        String id = create("{'repo_id':1,'repo_full_name':'a/b','service':{'start_command':'node server.js',"
                + "'hosts':['App.Example.com:8080','bücher.example.','*.Example.org','app.example.com']}}");
        JsonNode service = deployer.get("/deploy/configs/" + id).is(200).json().get("service");
        assertEquals(
                "{\"start_command\":\"node server.js\","
                        + "\"hosts\":[\"app.example.com\",\"xn--bcher-kva.example\",\"*.example.org\"],"
                        + "\"path_prefix\":\"/\",\"strip_prefix\":false,\"instances\":1,"
                        + "\"health_check\":{\"path\":\"/\",\"interval_ms\":250,\"timeout_seconds\":60},"
                        + "\"drain_seconds\":30,\"stop_seconds\":10,\"watch_seconds\":0,\"watch_max_failure_percent\":5}",
                service.toString());
    }

    @Test
    void changesOnlyTheGivenMembersOfAServiceAndNullEndsIt() {
        String id = create("{'repo_id':1,'repo_full_name':'a/b','service':{'start_command':'run','hosts':['*'],"
                + "'path_prefix':'/api/','health_check':{'path':'/up'}}}");
        JsonNode service = deployer.patch(
                        "/deploy/configs/" + id,
                        "{'service':{'instances':3,'health_check':{'path':null,'interval_ms':100}}}")
                .is(200)
                .json()
                .get("service");
        assertEquals("run", service.get("start_command").asText());
        assertEquals("/api", service.get("path_prefix").asText());
        assertEquals(3, service.get("instances").asInt());
        assertEquals(
                "{\"path\":null,\"interval_ms\":100,\"timeout_seconds\":60}",
                service.get("health_check").toString());
        assertTrue(deployer.patch("/deploy/configs/" + id, "{'service':null}")
                .is(200)
                .json()
                .get("service")
                .isNull());
    }

    @Test
    void namesEveryFaultOfAService() {
        assertEquals(
                List.of("service.start_command", "service.hosts"),
                deployer.post("/deploy/configs", "{'repo_id':1,'repo_full_name':'a/b','service':{}}")
                        .faults());
        assertEquals(
                List.of(
                        "service.hosts",
                        "service.path_prefix",
                        "service.health_check.port",
                        "service.port",
                        "service.health_check.path",
                        "service.health_check.interval_ms",
                        "service.health_check.timeout_seconds"),
                deployer
                        .post(
                                "/deploy/configs",
                                "{'repo_id':1,'repo_full_name':'a/b','service':{'start_command':'x','hosts':['a"
                                        + " b','c/d'],'path_prefix':'api','port':80,"
                                        + "'health_check':{'path':'up','interval_ms':1,'timeout_seconds':0,'port':1}}}")
                        .faults()
                        .stream()
                        .distinct()
                        .toList());
        assertEquals(
                List.of(
                        "service.start_command",
                        "service.hosts",
                        "service.instances",
                        "service.drain_seconds",
                        "service.stop_seconds",
                        "service.watch_seconds",
                        "service.watch_max_failure_percent"),
                deployer.post(
                                "/deploy/configs",
                                "{'repo_id':1,'repo_full_name':'a/b','service':{'start_command':' ','hosts':[],"
                                        + "'instances':0,'drain_seconds':-1,'stop_seconds':0,'watch_seconds':9999999999,"
                                        + "'watch_max_failure_percent':101}}")
                        .faults());
    }

    @Test
    void namesEveryFaultAtOnce() {
        assertEquals(
                List.of(
                        "deploy_command",
                        "timeout_seconds",
                        "keep_releases",
                        "repo_full_name",
                        "repo_id",
                        "branch",
                        "name",
                        "auto_deploy",
                        "environment_variables.B",
                        "environment_variables.1A",
                        "plain_variables",
                        "clone_url",
                        "working_directory",
                        "path_filters",
                        "colour"),
                deployer.post(
                                "/deploy/configs",
                                "{'repo_full_name':'nope','repo_id':'1','branch':'a b','name':'','auto_deploy':'yes',"
                                        + "'deploy_command':' ','environment_variables':{'1A':'x','B':2},"
                                        + "'clone_url':'ssh://x','working_directory':'../x','path_filters':'src',"
                                        + "'timeout_seconds':0,'keep_releases':9999999999,'plain_variables':['-'],"
                                        + "'colour':'red'}")
                        .faults());
        assertEquals(
                List.of("repo_full_name", "repo_id"),
                deployer.post("/deploy/configs", "{}").faults());
        assertEquals(
                List.of("clone_url"),
                deployer.post("/deploy/configs", "{'repo_full_name':'a/b','clone_url':'file:///etc/x'}")
                        .faults());
        assertEquals(
                List.of("environment_variables.A"),
                deployer.post(
                                "/deploy/configs",
                                "{'repo_full_name':'a/b','repo_id':1,'environment_variables':{'A':'********'}}")
                        .faults());
    }

    @Test
    void refusesASecondOneOfTheSameName() {
        create(SEED);
        deployer.post("/deploy/configs", SEED).is(409).detail();
    }

    @Test
    void listsByRepositoryAndPage() {
        create(SEED);
        create(SEED.replace("'main'", "'next'"));
        create(SEED.replace("octo-repo", "other"));
        Api.Reply all = deployer.get("/deploy/configs").is(200);
        assertEquals("3", all.header("X-Total-Count"));
        assertEquals(3, all.json().size());
        Api.Reply some = deployer.get("/deploy/configs?repo_full_name=OCTO-org/octo-repo&limit=1&offset=1")
                .is(200);
        assertEquals("2", some.header("X-Total-Count"));
        assertEquals("next", some.json().get(0).get("branch").asText());
        assertEquals(
                List.of("repo_full_name", "limit", "offset", "reveal"),
                admin.get("/deploy/configs?repo_full_name=x&limit=0&offset=-1&reveal=maybe")
                        .faults());
    }

    @Test
    void findsTheOneOfARepository() {
        create(SEED.replace("'main'", "'release/*'"));
        String main = create(SEED);
        assertEquals(main, found(""));
        assertEquals(main, found("?branch=main"));
        assertEquals(
                "release/*",
                deployer.get("/deploy/configs/octo-org/octo-repo?branch=release/1")
                        .json()
                        .get("branch")
                        .asText());
        deployer.get("/deploy/configs/octo-org/octo-repo?branch=x").is(404);
        deployer.get("/deploy/configs/octo-org/-").is(404);
        deployer.get("/deploy/configs/octo-org/octo-repo?branch=a..b").is(422);
        deployer.get("/deploy/configs/nonsense").is(404);
    }

    private String found(String query) {
        return deployer.get("/deploy/configs/octo-org/octo-repo" + query)
                .is(200)
                .json()
                .get("id")
                .asText();
    }

    @Test
    void changesOnlyWhatIsGiven() {
        String id = create(SEED);
        JsonNode changed = deployer.patch("/deploy/configs/" + id, "{'auto_deploy':false,'timeout_seconds':5}")
                .is(200)
                .json();
        assertFalse(changed.get("auto_deploy").asBoolean());
        assertEquals(5, changed.get("timeout_seconds").asInt());
        assertEquals("./deploy.sh", changed.get("deploy_command").asText());
        assertEquals("s3cr3t", value(id, "API_KEY"));
    }

    @Test
    void replacesVariablesWholeButKeepsWhatTheMaskStandsFor() {
        String id = create(SEED);
        deployer.patch("/deploy/configs/" + id, "{'environment_variables':{'API_KEY':'********','NEW':'1'}}")
                .is(200);
        assertEquals("s3cr3t", value(id, "API_KEY"));
        assertEquals("1", value(id, "NEW"));
        assertEquals(2, stored(id).environment().variables().size());
        assertEquals(
                List.of("environment_variables.OTHER"),
                deployer.patch("/deploy/configs/" + id, "{'environment_variables':{'OTHER':'********'}}")
                        .faults());
        assertEquals(2, stored(id).environment().variables().size());
    }

    @Test
    void takesNullOnlyWhereItMeansSomething() {
        String id = create("{'repo_full_name':'a/b','repo_id':1,'clone_url':'file:///srv/git/b.git'}");
        assertEquals(
                List.of("timeout_seconds", "branch", "environment_variables"),
                deployer.patch(
                                "/deploy/configs/" + id,
                                "{'branch':null,'environment_variables':null,'timeout_seconds':null}")
                        .faults());
        assertTrue(deployer.patch("/deploy/configs/" + id, "{'clone_url':null}")
                .is(200)
                .json()
                .get("clone_url")
                .isNull());
        assertEquals(
                List.of("repo_id"),
                deployer.patch("/deploy/configs/" + id, "{'repo_id':null}").faults());
    }

    @Test
    void refusesAChangeOfNothingThatIsThere() {
        deployer.patch("/deploy/configs/01980b5e-7a51-7cc2-9c6b-ffffffffffff", "{}")
                .is(404);
        String id = create(SEED);
        create(SEED.replace("'main'", "'next'"));
        deployer.patch("/deploy/configs/" + id, "{'branch':'next'}").is(409);
    }

    @Test
    void removes() {
        String id = create(SEED);
        assertEquals("", deployer.delete("/deploy/configs/" + id).is(204).body());
        deployer.delete("/deploy/configs/" + id).is(404);
        deployer.get("/deploy/configs/" + id).is(404);
    }

    @Test
    void removesByForceOnlyWhileADeploymentRuns() {
        DeploymentId running = world.running();
        ConfigId config = world.configOf(running);
        world.configs.busy = true;
        deployer.delete("/deploy/configs/" + config).is(409).detail();
        world.configs.busy = false;
        // Not a virtual one: the server's would wait for it on a machine of one core.
        Thread.ofPlatform().daemon().start(() -> {
            while (world.audited.stream().noneMatch(e -> e.action().equals("deployment.cancel"))) {
                Thread.onSpinWait();
            }
            DeploymentState.InProgress state = (DeploymentState.InProgress)
                    world.deployments.find(running).orElseThrow().state();
            world.move(running, state.cancel(Instant.now(), "cancelled"));
        });
        deployer.delete("/deploy/configs/" + config + "?force=true").is(204);
        deployer.delete("/deploy/configs/" + config + "?force=perhaps").is(422);
    }

    @Test
    void revealsToAdministratorsOnlyAndNotesIt() {
        String id = create(SEED);
        deployer.get("/deploy/configs/" + id + "?reveal=true").is(403);
        deployer.get("/deploy/configs?reveal=true").is(403);
        deployer.get("/deploy/configs/octo-org/octo-repo?reveal=true").is(403);
        assertTrue(world.audited.stream().noneMatch(e -> e.action().equals("variable.reveal")));
        for (String path : List.of("/deploy/configs/" + id, "/deploy/configs/octo-org/octo-repo")) {
            assertEquals(
                    "s3cr3t",
                    admin.get(path + "?reveal=true")
                            .is(200)
                            .json()
                            .at("/environment_variables/API_KEY")
                            .asText());
        }
        assertEquals(
                "s3cr3t",
                admin.get("/deploy/configs?reveal=true")
                        .is(200)
                        .json()
                        .at("/0/environment_variables/API_KEY")
                        .asText());
        assertEquals(
                3,
                world.audited.stream()
                        .filter(e -> e.action().equals("variable.reveal")
                                && e.actor().equals("admin"))
                        .count());
    }

    @Test
    void showsSetsAndRemovesOneVariable() {
        String env = "/deploy/configs/" + create(SEED) + "/env";
        assertEquals("********", variable(deployer, env + "/API_KEY"));
        deployer.get(env + "/API_KEY?reveal=true").is(403);
        assertEquals("s3cr3t", variable(admin, env + "/API_KEY?reveal=true"));
        deployer.put(env + "/NEW", "{'value':'a b'}").is(200);
        assertEquals("a b", variable(admin, env + "/NEW?reveal=true"));
        deployer.delete(env + "/NEW").is(204);
        deployer.delete(env + "/NEW").is(404);
        deployer.get(env + "/NEW").is(404);
        deployer.get(env + "/1-2").is(404);
        assertEquals(
                List.of("name", "value", "values"),
                deployer.put(env + "/1A", "{'values':1}").faults());
        assertEquals(
                List.of("value"),
                deployer.put(env + "/A", "{'value':'********'}").faults());
        assertEquals(
                List.of("value"),
                deployer.put(env + "/A", "{'value':'\\u0000'}").faults());
        assertEquals(
                List.of("name"), deployer.put(env + "/BRANCH", "{'value':'x'}").faults());
    }

    private static String variable(Api api, String path) {
        return api.get(path).is(200).json().get("value").asText();
    }

    @Test
    void replacesAllVariablesByAFileWholeOrNotAtAll() {
        String id = create(SEED);
        Api plain = deployer.with("Content-Type", "text/plain; charset=utf-8");
        String env = "/deploy/configs/" + id + "/env";
        JsonNode config = plain.send("PUT", env, "A=1\nB='x y'\n").is(200).json();
        assertEquals(
                "{\"A\":\"********\",\"B\":\"********\"}",
                config.get("environment_variables").toString());
        assertEquals("x y", value(id, "B"));
        assertFalse(plain.send("PUT", env, "C=1\n2D=x\n").faults().isEmpty());
        assertEquals(List.of("C"), plain.send("PUT", env, "C=********\n").faults());
        assertEquals("1", value(id, "A"));
        deployer.put(env, "{}").is(415);
        plain.send("PUT", env, java.net.http.HttpRequest.BodyPublishers.ofByteArray(new byte[] {'A', '=', (byte) 0xff}))
                .is(400);
    }
}
