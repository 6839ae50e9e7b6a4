package dev.quark.http;

import dev.quark.core.metrics.RequestCounts;
import dev.quark.core.metrics.SystemSampler;
import java.util.function.Supplier;

/**
 * What is measured.
 *
 * @param requests where the server counts the requests that it has answered
 * @param system how the machine, the process and the work are
 * @param exposition all metrics as they are now, in Prometheus' text format 0.0.4
 */
public record Measures(RequestCounts requests, SystemSampler system, Supplier<String> exposition) {}
