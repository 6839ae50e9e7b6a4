package dev.quark.core.codehost;

import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.RepositoryName;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Sets hooks up at the host, repairs them and removes them; every change is audited. Safe for use by many threads. */
public final class ManageHooks {

    /** What QUARK wants to know: pushes, and what the checks of a commit say. */
    static final List<String> EVENTS = List.of("push", "check_suite", "status", "workflow_run");

    private final HostHooks host;
    private final HookStore store;
    private final HostTokens tokens;
    private final RepositoryKeepers keepers;
    private final Supplier<String> url;
    private final Secret secret;
    private final Audit audit;
    private final Clock clock;

    /**
     * @param url what the hooks are to call
     * @param secret signs the calls
     */
    public ManageHooks(
            HostHooks host,
            HookStore store,
            HostTokens tokens,
            RepositoryKeepers keepers,
            Supplier<String> url,
            Secret secret,
            Audit audit,
            Clock clock) {
        this.host = host;
        this.store = store;
        this.tokens = tokens;
        this.keepers = keepers;
        this.url = url;
        this.secret = secret;
        this.audit = audit;
        this.clock = clock;
    }

    /** What was done about a hook. */
    public enum Done {
        /** There was none. */
        CREATED,
        /** There was one that differed from what is wanted. */
        REPAIRED,
        /** It was as it is wanted; its secret was set again, because nobody can look at it. */
        UNCHANGED;

        /** The name as the API spells it: lower case. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A hook that is as it is wanted now.
     *
     * @param hook the hook
     * @param done what that took
     */
    public record SetUp(Hook hook, Done done) {}

    /**
     * Makes a repository have its hook. From then on, the repository is read with the token of whoever had it set up.
     *
     * @throws ConflictException where there is no token to do it with
     * @throws CodeHostException where the host refuses
     */
    public SetUp setUp(RepositoryName repository, Requester requester, Actor actor) {
        SetUp setUp = tokens.about(repository, requester, token -> setUp(token, repository, actor));
        audit.with(
                actor,
                "webhook.set_up",
                "repository/" + repository,
                "hook " + setUp.hook().id() + " " + setUp.done().label(),
                () -> store.save(setUp.hook()));
        if (tokens.ofUser(requester.user()).isPresent()) {
            keepers.lead(repository, requester.user(), clock.instant());
        }
        return setUp;
    }

    /** All hooks that were set up. */
    public List<Hook> list() {
        return store.list();
    }

    /**
     * Removes a hook, at the host too.
     *
     * @throws CodeHostException where the host refuses; the hook is kept then
     */
    public void remove(long id, Requester requester, Actor actor) {
        Hook hook = store.find(id).orElseThrow(() -> new NotFoundException("QUARK has set up no hook with this id."));
        tokens.about(hook.repository(), requester, token -> {
            host.delete(token, hook.repository(), id);
            return id;
        });
        audit.with(actor, "webhook.remove", "repository/" + hook.repository(), "hook " + id, () -> store.remove(id));
    }

    private SetUp setUp(Secret token, RepositoryName repository, Actor actor) {
        Optional<HostHook> found = find(host.list(token, repository), repository);
        if (found.isEmpty()) {
            HostHook made = host.create(token, repository, new HostHooks.Wanted(url.get(), EVENTS, secret));
            return new SetUp(hook(made, repository, actor), Done.CREATED);
        }
        HostHook before = found.get();
        TreeSet<String> events = new TreeSet<>(before.events());
        events.addAll(EVENTS);
        List<String> wanted = before.events().contains("*") ? List.of("*") : List.copyOf(events);
        HostHook after = host.change(token, repository, before.id(), new HostHooks.Wanted(url.get(), wanted, secret));
        return new SetUp(hook(after, repository, actor), after.equals(before) ? Done.UNCHANGED : Done.REPAIRED);
    }

    /** The one that QUARK set up, whatever became of it; else the one that calls the same URL. */
    private Optional<HostHook> find(List<HostHook> hooks, RepositoryName repository) {
        Optional<Long> known = store.of(repository).map(Hook::id);
        return hooks.stream()
                .filter(hook -> known.isPresent() && hook.id() == known.get())
                .findFirst()
                .or(() -> hooks.stream().filter(hook -> same(hook.url())).findFirst());
    }

    private boolean same(String other) {
        return other.replaceAll("/+$", "").equalsIgnoreCase(url.get().replaceAll("/+$", ""));
    }

    private Hook hook(HostHook hook, RepositoryName repository, Actor actor) {
        return new Hook(hook.id(), repository, url.get(), actor.name(), clock.instant());
    }
}
