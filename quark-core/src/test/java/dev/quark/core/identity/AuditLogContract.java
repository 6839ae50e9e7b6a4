package dev.quark.core.identity;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quark.core.testing.Stores;
import java.util.List;
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

    private static AuditEntry entry(String action, String detail) {
        return new AuditEntry(NOW, "admin", "203.0.113.9", action, "config/1", detail);
    }
}
