package dev.quark.persistence;

import dev.quark.core.codehost.HookStoreContract;
import dev.quark.core.codehost.HostTokenStoreContract;
import dev.quark.core.config.ConfigStoreContract;
import dev.quark.core.deployment.DeploymentQueueContract;
import dev.quark.core.deployment.DeploymentStoreContract;
import dev.quark.core.deployment.PhaseStoreContract;
import dev.quark.core.deployment.ReleaseStoreContract;
import dev.quark.core.identity.ApiTokenStoreContract;
import dev.quark.core.identity.AuditLogContract;
import dev.quark.core.identity.SessionStoreContract;
import dev.quark.core.identity.UserStoreContract;
import dev.quark.core.log.LogIndexContract;
import dev.quark.core.log.LogStoreContract;
import dev.quark.core.metrics.WorkloadStoreContract;
import dev.quark.core.requestlog.RequestLogStoreContract;
import dev.quark.core.result.ResultStoreContract;
import dev.quark.core.service.ServiceStoreContract;
import dev.quark.core.testing.Stores;
import dev.quark.core.webhook.DeliveryStoreContract;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** A real SQLite file keeps the ports' contracts. */
class SqliteContractsTest {

    @TempDir
    static Path folder;

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private static Stores stores() {
        String url = "sqlite:///" + folder.resolve(COUNTER.incrementAndGet() + ".db");
        return new PersistentStores(Persistence.open(Persistence.Settings.parse(url), new TestBox()), () -> {});
    }

    @Nested
    class Configs extends ConfigStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class Deployments extends DeploymentStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class Queue extends DeploymentQueueContract {
        @Override
        protected Stores open() {
            return stores();
        }

        @Override
        protected boolean isOfOneNode() {
            return true;
        }
    }

    @Nested
    class Phases extends PhaseStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class LogIndexes extends LogIndexContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class Releases extends ReleaseStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class Logs extends LogStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class Services extends ServiceStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class Deliveries extends DeliveryStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class Results extends ResultStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class Workloads extends WorkloadStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class Users extends UserStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class HostTokens extends HostTokenStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class Hooks extends HookStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class Sessions extends SessionStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class ApiTokens extends ApiTokenStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class Audit extends AuditLogContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }

    @Nested
    class Requests extends RequestLogStoreContract {
        @Override
        protected Stores open() {
            return stores();
        }
    }
}
