package dev.quark.core.testing;

import dev.quark.core.codehost.Hook;
import dev.quark.core.codehost.HookStore;
import dev.quark.core.source.RepositoryName;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

final class InMemoryHooks implements HookStore {

    private final TreeMap<String, Hook> hooks = new TreeMap<>();

    @Override
    public synchronized void save(Hook hook) {
        remove(hook.id());
        hooks.put(
                hook.repository().key(),
                new Hook(hook.id(), hook.repository(), hook.url(), hook.setUpBy(), Memory.millis(hook.setUpAt())));
    }

    @Override
    public synchronized Optional<Hook> find(long id) {
        return hooks.values().stream().filter(hook -> hook.id() == id).findFirst();
    }

    @Override
    public synchronized Optional<Hook> of(RepositoryName repository) {
        return Optional.ofNullable(hooks.get(repository.key()));
    }

    @Override
    public synchronized List<Hook> list() {
        return List.copyOf(hooks.values());
    }

    @Override
    public synchronized void remove(long id) {
        hooks.values().removeIf(hook -> hook.id() == id);
    }
}
