package dev.quark.core.testing;

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
import dev.quark.core.webhook.DeliveryStoreContract;
import org.junit.jupiter.api.Nested;

/** The fakes keep the ports' contracts. */
class InMemoryStoresTest {

    @Nested
    class Configs extends ConfigStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Deployments extends DeploymentStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Queue extends DeploymentQueueContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Phases extends PhaseStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class LogIndexes extends LogIndexContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Releases extends ReleaseStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Logs extends LogStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Services extends ServiceStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Deliveries extends DeliveryStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Results extends ResultStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Workloads extends WorkloadStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Users extends UserStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class HostTokens extends HostTokenStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Hooks extends HookStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Sessions extends SessionStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class ApiTokens extends ApiTokenStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Audit extends AuditLogContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }

    @Nested
    class Requests extends RequestLogStoreContract {
        @Override
        protected Stores open() {
            return new InMemoryStores();
        }
    }
}
