package dev.quark.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.environment.Environment;
import dev.quark.core.environment.VariableName;
import dev.quark.core.event.LocalEventBus;
import dev.quark.core.event.QuarkEvent;
import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import dev.quark.core.identity.AuditEntry;
import dev.quark.core.identity.Role;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Configs and their variables, and what the audit log says of them. */
class ManageConfigsTest {

    private static final Actor MONA = new Actor(null, "mona", Role.DEPLOYER, "192.0.2.1");
    private static final VariableName TOKEN = new VariableName("TOKEN");

    private final InMemoryStores stores = new InMemoryStores();
    private final Clock clock = Clock.fixed(Samples.NOW, ZoneOffset.UTC);
    private final List<QuarkEvent> told = new ArrayList<>();
    private final LocalEventBus events = new LocalEventBus();
    private final ManageConfigs configs = new ManageConfigs(
            stores.configs(),
            stores.keepers(),
            new CloneUrls("https://github.com", List.of("file:///srv/git")),
            events,
            new Audit(stores.audit(), clock),
            () -> new ConfigId(Samples.id()),
            clock);

    @Test
    void everyChangeIsToldOnceItIsStored() {
        events.subscribe(told::add);
        ConfigId id = configs.create(draft("main"), Actor.QUARK).id();
        configs.update(id, draft -> draft, Actor.QUARK);
        configs.setVariable(id, new VariableName("A"), Secret.of("x"), Actor.QUARK);
        configs.removeVariable(id, new VariableName("A"), Actor.QUARK);
        configs.replaceVariables(id, Map.of(), Actor.QUARK);
        configs.delete(id, Actor.QUARK);
        assertEquals(
                List.of(
                        new ConfigEvent(id, ConfigEvent.Change.CREATED),
                        new ConfigEvent(id, ConfigEvent.Change.CHANGED),
                        new ConfigEvent(id, ConfigEvent.Change.CHANGED),
                        new ConfigEvent(id, ConfigEvent.Change.CHANGED),
                        new ConfigEvent(id, ConfigEvent.Change.CHANGED),
                        new ConfigEvent(id, ConfigEvent.Change.DELETED)),
                told);
    }

    private static ConfigDraft draft(String branch) {
        return ConfigDraft.of(Samples.config(Samples.REPOSITORY, branch, "production", true));
    }

    private static ConfigDraft from(String cloneUrl) {
        return ConfigDraft.of(Samples.REPOSITORY, null, new CloneUrl(cloneUrl));
    }

    private DeploymentConfig create(String branch) {
        return configs.create(draft(branch), MONA);
    }

    private AuditEntry lastAudited() {
        return stores.audit().list(1, 0).getFirst();
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        DeploymentConfig config = configs.create(ConfigDraft.of(Samples.REPOSITORY, 1L, null), MONA);
        assertEquals("main", config.branch().toString());
        assertEquals("production", config.name().value());
        assertFalse(config.autoDeploy());
        assertEquals("./deploy.sh", config.deployCommand());
        assertEquals(Environment.EMPTY, config.environment());
        assertEquals(1800, config.timeout().toSeconds());
        assertEquals(5, config.keepReleases());
        assertEquals(Samples.NOW, config.createdAt());
        assertEquals(config, configs.get(config.id()));
        assertEquals("config.create", lastAudited().action());
        assertEquals("mona", lastAudited().actor());
    }

    @Test
    void aSecondOneForTheSameRepositoryBranchAndNameIsAConflict() {
        create("main");
        assertThrows(ConflictException.class, () -> create("main"));
    }

    @Test
    void aSourceThatIsNotAllowedIsRefusedWhenItIsChosen() {
        assertThrows(InvalidException.class, () -> configs.create(from("file:///etc"), MONA));
        DeploymentConfig config = configs.create(from("file:///srv/git/a.git"), MONA);
        assertThrows(
                InvalidException.class,
                () -> configs.update(config.id(), before -> from("https://evil.example/a.git"), MONA));
        assertEquals(config, configs.get(config.id()));
    }

    @Test
    void aChangeKeepsTheIdAndTheTimeOfItsMaking() {
        DeploymentConfig config = create("main");
        DeploymentConfig changed = configs.update(config.id(), before -> draft("dev"), MONA);
        assertEquals(config.id(), changed.id());
        assertEquals(config.createdAt(), changed.createdAt());
        assertEquals("dev", changed.branch().toString());
        assertEquals("config.update", lastAudited().action());
    }

    @Test
    void ofARepositoryTheOneForMainIsMeantElseTheOldest() {
        DeploymentConfig dev = create("dev");
        assertEquals(dev, configs.get(Samples.REPOSITORY, null));
        DeploymentConfig main = create("main");
        assertEquals(main, configs.get(new RepositoryName("OCTO-ORG/Octo-Repo"), null));
    }

    @Test
    void ofABranchTheOneWithItsNameComesBeforeAGlob() {
        create("*");
        DeploymentConfig dev = create("dev");
        assertEquals(dev, configs.get(Samples.REPOSITORY, new BranchName("dev")));
        assertEquals(
                "*",
                configs.get(Samples.REPOSITORY, new BranchName("x")).branch().toString());
        assertThrows(NotFoundException.class, () -> configs.get(Samples.REPOSITORY, new BranchName("a/b")));
        assertThrows(NotFoundException.class, () -> configs.get(new RepositoryName("a/b"), null));
    }

    @Test
    void listsAreCounted() {
        create("main");
        create("dev");
        assertEquals(2, configs.list(null, 10, 0).size());
        assertEquals(1, configs.list(Samples.REPOSITORY, 10, 1).size());
        assertEquals(2, configs.count(Samples.REPOSITORY));
        assertEquals(0, configs.count(new RepositoryName("a/b")));
    }

    @Test
    void variablesAreSetReadAndRemovedByName() {
        ConfigId id = create("main").id();
        configs.setVariable(id, TOKEN, Secret.of("one"), MONA);
        configs.setVariable(id, TOKEN, Secret.of("two"), MONA);
        assertEquals(Secret.of("two"), configs.variable(id, TOKEN));
        configs.removeVariable(id, TOKEN, MONA);
        assertThrows(NotFoundException.class, () -> configs.variable(id, TOKEN));
        assertThrows(NotFoundException.class, () -> configs.removeVariable(id, TOKEN, MONA));
    }

    @Test
    void replacingVariablesReplacesAllOfThem() {
        ConfigId id = create("main").id();
        configs.setVariable(id, TOKEN, Secret.of("one"), MONA);
        configs.replaceVariables(id, Map.of(new VariableName("OTHER"), Secret.of("x")), MONA);
        assertEquals(
                Map.of(new VariableName("OTHER"), Secret.of("x")),
                configs.get(id).environment().variables());
    }

    @Test
    void noValueIsWrittenToTheAuditLog() {
        ConfigId id = create("main").id();
        configs.setVariable(id, TOKEN, Secret.of("swordfish"), MONA);
        configs.replaceVariables(id, Map.of(TOKEN, Secret.of("swordfish")), MONA);
        configs.revealed(id, MONA, "TOKEN");
        configs.removeVariable(id, TOKEN, MONA);
        List<AuditEntry> entries = stores.audit().list(10, 0);
        assertEquals(
                List.of("variable.remove", "variable.reveal", "variable.replace_all", "variable.set", "config.create"),
                entries.stream().map(AuditEntry::action).toList());
        entries.forEach(entry -> assertFalse(entry.toString().contains("swordfish"), entry::toString));
        assertTrue(entries.stream().allMatch(entry -> entry.target().equals("config/" + id)));
    }

    @Test
    void whatIsNotThereIsNotFound() {
        ConfigId unknown = new ConfigId(Samples.id());
        assertThrows(NotFoundException.class, () -> configs.get(unknown));
        assertThrows(NotFoundException.class, () -> configs.update(unknown, before -> before, MONA));
        assertThrows(NotFoundException.class, () -> configs.delete(unknown, MONA));
        assertThrows(NotFoundException.class, () -> configs.setVariable(unknown, TOKEN, Secret.of("x"), MONA));
        assertEquals(List.of(), stores.audit().list(10, 0));
    }
}
