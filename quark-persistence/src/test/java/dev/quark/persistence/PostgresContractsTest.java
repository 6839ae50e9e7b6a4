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
import org.junit.jupiter.api.Nested;

/** A real PostgreSQL keeps the ports' contracts. */
class PostgresContractsTest {

    private static final String URL = PostgresServer.newDatabase();

    private static Stores stores() {
        Persistence persistence = Persistence.open(Persistence.Settings.parse(URL), new TestBox());
        return new PersistentStores(persistence, () -> PostgresServer.empty(URL));
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
