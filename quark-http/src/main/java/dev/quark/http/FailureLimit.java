package dev.quark.http;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Counts what fails by who caused it, and refuses (429) who failed too often, for as long as it takes. What succeeds is not
 * counted. Remembers the causers of the last failures, and a bounded number of them. Safe for use by many threads.
 */
final class FailureLimit {

    static final int MOST_CAUSERS = 10_000;

    private final Limits.Limit limit;
    private final String reason;
    private final TimeMeter time;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST_CAUSERS;
        }
    };

    /** @param reason a sentence that says what there was too much of */
    FailureLimit(Limits.Limit limit, String reason) {
        this(limit, reason, TimeMeter.SYSTEM_NANOTIME);
    }

    FailureLimit(Limits.Limit limit, String reason, TimeMeter time) {
        this.limit = limit;
        this.reason = reason;
        this.time = time;
    }

    /** Who is behind an address: who has one of IPv6 has the 2^64 beside it. */
    static String causer(String address) {
        Optional<InetAddress> parsed = Network.address(address);
        if (parsed.isPresent() && parsed.get() instanceof Inet6Address long6) {
            return HexFormat.of().formatHex(Arrays.copyOf(long6.getAddress(), 8));
        }
        return address;
    }

    /** Begins what may fail; to be taken back with {@link #succeeded} where it doesn't. */
    void attempt(String causer) {
        take(bucket(causer));
    }

    /** Takes an attempt back. */
    void succeeded(String causer) {
        bucket(causer).addTokens(1);
    }

    /** Counts a failure. */
    void failed(String causer) {
        take(bucket(causer));
    }

    /** Refuses who failed too often; counts nothing. */
    void require(String causer) {
        Bucket known;
        synchronized (buckets) {
            known = buckets.get(causer);
        }
        if (known != null) {
            var probe = known.estimateAbilityToConsume(1);
            if (!probe.canBeConsumed()) {
                throw refusal(probe.getNanosToWaitForRefill());
            }
        }
    }

    /** How many causers are remembered. */
    int causers() {
        synchronized (buckets) {
            return buckets.size();
        }
    }

    private void take(Bucket bucket) {
        var probe = bucket.tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            throw refusal(probe.getNanosToWaitForRefill());
        }
    }

    private Bucket bucket(String causer) {
        synchronized (buckets) {
            return buckets.computeIfAbsent(
                    causer,
                    key -> Bucket.builder()
                            .addLimit(bandwidth ->
                                    bandwidth.capacity(limit.most()).refillGreedy(limit.most(), limit.within()))
                            .withCustomTimePrecision(time)
                            .build());
        }
    }

    private HttpProblem refusal(long nanos) {
        long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos + 999_999_999));
        return new HttpProblem(
                429, reason + " Try again in " + seconds + " s.", Map.of("Retry-After", Long.toString(seconds)));
    }
}
