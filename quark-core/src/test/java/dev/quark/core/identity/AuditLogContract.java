package dev.quark.core.identity;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.ConflictException;
import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link AuditLog} does. */
public abstract class AuditLogContract {

    private Stores stores;
    private AuditLog audit;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        audit = stores.audit();
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void listsNewestFirst() {
        AuditEntry first = entry("config.create", "octocat");
        AuditEntry second = entry("config.update", "");
        AuditEntry third = entry("variable.reveal", "żółw");
        audit.record(first);
        audit.record(second);
        audit.record(third);
        assertEquals(List.of(third, second, first), audit.list(10, 0));
        assertEquals(List.of(second), audit.list(1, 1));
        assertEquals(List.of(), audit.list(10, 3));
        assertEquals(3, audit.count());
    }

    @Test
    void keepsEntriesThatAreAlike() {
        AuditEntry entry = entry("user.sign_in", "");
        audit.record(entry);
        audit.record(entry);
        assertEquals(List.of(entry, entry), audit.list(10, 0));
    }

    @Test
    void aChangeAndItsEntryAreStoredTogether() {
        User mona = User.invited(Samples.id(), "mona", null, Role.VIEWER, NOW);
        AuditEntry added = entry("user.create", "mona");
        audit.with(added, () -> {
            stores.users().add(mona);
            return mona;
        });
        AuditEntry renamed = entry("user.update", "mona");
        assertEquals(
                Optional.of("lisa"),
                audit.with(
                        renamed,
                        () -> stores.users()
                                .update(mona.id(), user -> user.named("lisa"))
                                .map(User::username)));
        assertEquals(List.of(renamed, added), audit.list(10, 0));
    }

    @Test
    void aChangeThatFailsOrChangesNothingLeavesNoEntry() {
        User mona = User.invited(Samples.id(), "mona", null, Role.VIEWER, NOW);
        stores.users().add(mona);
        User namesake = User.invited(Samples.id(), "Mona", null, Role.VIEWER, NOW);
        assertThrows(
                ConflictException.class,
                () -> audit.with(entry("user.create", ""), () -> {
                    stores.users().add(namesake);
                    return namesake;
                }));
        assertFalse(audit.with(entry("user.delete", ""), () -> stores.users().remove(Samples.id())));
        assertEquals(
                Optional.empty(),
                audit.with(entry("user.update", ""), () -> stores.users().update(Samples.id(), user -> user)));
        assertEquals(List.of(), audit.list(10, 0));
        assertTrue(stores.users().remove(mona.id()));
        assertEquals(List.of(), audit.list(10, 0), "an entry waits for its own change alone");
    }

    @Test
    void aChangeWithinAChangeHasAnEntryOfItsOwn() {
        User mona = User.invited(Samples.id(), "mona", null, Role.VIEWER, NOW);
        AuditEntry outer = entry("config.delete", "");
        AuditEntry inner = entry("user.create", "");
        audit.with(outer, () -> {
            audit.with(inner, () -> {
                stores.users().add(mona);
                return mona;
            });
            return stores.users().remove(mona.id());
        });
        assertEquals(List.of(outer, inner), audit.list(10, 0));
    }

    private static AuditEntry entry(String action, String detail) {
        return new AuditEntry(NOW, "admin", "203.0.113.9", action, "config/1", detail);
    }
}
