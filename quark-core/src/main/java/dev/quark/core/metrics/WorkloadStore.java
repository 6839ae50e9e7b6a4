package dev.quark.core.metrics;

/** Counts what is stored of deployments. Implementations are safe for use by many threads. */
@FunctionalInterface
public interface WorkloadStore {

    /**
     * What there is now, on all nodes, all of it at the same moment.
     *
     * @throws dev.quark.core.problem.UnavailableException where the database doesn't answer
     */
    Workload read();
}
