package dev.quark.embedding;

import dev.quark.core.config.ConfigDraft;
import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ManageConfigs;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentCursor;
import dev.quark.core.deployment.DeploymentCursor.Next;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Dispatcher;
import dev.quark.core.deployment.InMemoryReleaseFolders;
import dev.quark.core.deployment.RunDependencies;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.deployment.TriggerDeployment;
import dev.quark.core.deployment.WatchDeployment;
import dev.quark.core.event.LocalEventBus;
import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import dev.quark.core.log.LiveLogs;
import dev.quark.core.log.LogStream;
import dev.quark.core.process.CommandScript;
import dev.quark.core.process.ScriptedCommandRunner;
import dev.quark.core.source.CheckoutOutcome;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.source.SourceCheckout;
import dev.quark.core.testing.InMemoryStores;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;

/** Runs a deployment with the core and adapters in memory; docs/embedding.md shows it. */
final class Embedding {

    private Embedding() {}

    static void run(StringBuilder out) throws InterruptedException {
        // [program]
        var stores = new InMemoryStores();
        var commands = new ScriptedCommandRunner();
        commands.script(
                "./deploy.sh",
                CommandScript.empty().print(LogStream.STDOUT, "hello\n").exit(0));
        SourceCheckout checkout = request ->
                new CheckoutOutcome.CheckedOut(new Commit(new CommitSha("a".repeat(40)), "Say hello", "Mona"));
        var clock = Clock.systemUTC();
        var events = new LocalEventBus();
        var logs = new LiveLogs(stores.logs());
        var audit = new Audit(stores.audit(), clock);
        var sources = new CloneUrls("https://github.com", List.of());
        var transitions = new Transitions(stores.deployments(), stores.phases(), events);
        var repository = new RepositoryName("octo-org/octo-repo");
        new ManageConfigs(
                        stores.configs(),
                        stores.keepers(),
                        sources,
                        events,
                        audit,
                        () -> new ConfigId(UUID.randomUUID()),
                        clock)
                .create(ConfigDraft.of(repository, 1L, null), Actor.QUARK);
        var trigger = new TriggerDeployment(
                stores.configs(), transitions, audit, () -> new DeploymentId(UUID.randomUUID()), clock);
        try (var timer = Executors.newScheduledThreadPool(1);
                var watch = new WatchDeployment(stores.deployments(), logs, events);
                var dispatcher = new Dispatcher(
                        stores.queue(),
                        new RunDependencies(
                                stores.configs(),
                                stores.deployments(),
                                stores.releases(),
                                transitions,
                                logs,
                                sources,
                                checkout,
                                new InMemoryReleaseFolders(),
                                commands,
                                events,
                                timer,
                                clock,
                                null),
                        "my-node",
                        1)) {
            dispatcher.start();
            Deployment deployment =
                    trigger.trigger(new TriggerDeployment.Request(repository, null, null, null), Actor.QUARK);
            try (DeploymentCursor cursor = watch.watch(deployment.id(), 0)) {
                for (Next next = cursor.next(Duration.ofMinutes(1));
                        !(next instanceof Next.Ended);
                        next = cursor.next(Duration.ofMinutes(1))) {
                    switch (next) {
                        case Next.Lines lines -> lines.lines().list().forEach(line -> out.append(line.text() + "\n"));
                        case Next.StatusChanged change -> out.append(change.status() + "\n");
                        default -> {}
                    }
                }
            }
        }
        // [program]
    }
}
