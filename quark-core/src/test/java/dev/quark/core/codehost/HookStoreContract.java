package dev.quark.core.codehost;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.Stores;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link HookStore} does. */
public abstract class HookStoreContract {

    private static final String URL = "https://quark.example/api/webhook";

    private Stores stores;
    private HookStore hooks;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        hooks = stores.hooks();
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void givesBackWhatWasSavedByTheNamesOfTheRepositories() {
        Hook second = hook(1, "octo-org/zebra");
        Hook first = hook(5_000_000_000L, "Octo-Org/apple");
        hooks.save(second);
        hooks.save(first);
        assertEquals(List.of(first, second), hooks.list());
        assertEquals(Optional.of(first), hooks.find(5_000_000_000L));
        assertEquals(Optional.of(first), hooks.of(new RepositoryName("octo-org/APPLE")));
        assertEquals(Optional.empty(), hooks.find(2));
        assertEquals(Optional.empty(), hooks.of(new RepositoryName("octo-org/none")));
    }

    @Test
    void aRepositoryHasOneHook() {
        hooks.save(hook(1, "octo-org/repo"));
        Hook next = hook(2, "octo-org/repo");
        hooks.save(next);
        Hook renamed = hook(2, "octo-org/renamed");
        hooks.save(renamed);
        assertEquals(List.of(renamed), hooks.list());
    }

    @Test
    void whatIsRemovedIsGone() {
        hooks.save(hook(1, "octo-org/repo"));
        hooks.remove(1);
        hooks.remove(1);
        assertEquals(List.of(), hooks.list());
    }

    private static Hook hook(long id, String repository) {
        return new Hook(id, new RepositoryName(repository), URL, "mona", NOW);
    }
}
