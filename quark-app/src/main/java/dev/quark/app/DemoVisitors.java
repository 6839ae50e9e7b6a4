package dev.quark.app;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The users of the demo's app: a hundred requests a second, sent when they are due whatever the answers do. Every other user
 * keeps the connection. Nothing is sent again as an HTTP client would, so that a lost request is seen.
 */
final class DemoVisitors implements AutoCloseable {

    static final int PER_SECOND = 100;

    private static final int USERS = 10;
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1) * USERS / PER_SECOND;

    private final int port;
    private final List<Thread> users = new ArrayList<>();
    private volatile boolean over;

    // Guarded by this.
    private final List<Long> micros = new ArrayList<>();
    private final Map<String, Integer> answers = new TreeMap<>();
    private int failed;

    /** Begins. */
    DemoVisitors(int port) {
        this.port = port;
        long begin = System.nanoTime();
        for (int i = 0; i < USERS; i++) {
            boolean keeps = i % 2 == 0;
            long first = begin + i * PAUSE / USERS;
            users.add(Thread.ofVirtual().name("visitor-" + i).start(() -> visit(keeps, first)));
        }
    }

    private void visit(boolean keeps, long first) {
        Visit visit = null;
        try {
            for (long due = first; !over; due += PAUSE) {
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                try {
                    visit = visit == null ? new Visit(port) : visit;
                    String body = visit.get(keeps);
                    note(body, System.nanoTime() - due);
                } catch (IOException | NumberFormatException e) {
                    note(null, 0);
                    visit = closed(visit);
                }
                visit = visit != null && keeps && !visit.isLast ? visit : closed(visit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closed(visit);
        }
    }

    private static @Nullable Visit closed(@Nullable Visit visit) {
        if (visit != null) {
            visit.close();
        }
        return null;
    }

    private synchronized void note(@Nullable String answer, long nanos) {
        if (answer == null) {
            failed++;
        } else {
            answers.merge(answer, 1, Integer::sum);
            micros.add(nanos / 1000);
        }
    }

    /** How it went until now. */
    synchronized Figures figures() {
        List<Long> sorted = micros.stream().sorted().toList();
        long p99 = sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1);
        return new Figures(sorted.size() + failed, failed, p99 / 1000.0, Map.copyOf(answers));
    }

    /** Ends when the last requests were answered. */
    @Override
    public void close() throws InterruptedException {
        over = true;
        for (Thread user : users) {
            user.join();
        }
    }

    /**
     * How it went.
     *
     * @param requests all of them
     * @param failed those that got no answer, or another one than 200
     * @param p99 milliseconds from when a request was due to its answer
     * @param answers how often each answer came
     */
    record Figures(int requests, int failed, double p99, Map<String, Integer> answers) {}

    private static final class Visit implements AutoCloseable {

        private final Socket socket = new Socket();
        private final InputStream in;
        private boolean isLast;

        Visit(int port) throws IOException {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
            socket.setSoTimeout(30_000);
            in = new BufferedInputStream(socket.getInputStream());
        }

        String get(boolean keeps) throws IOException {
            String request = "GET / HTTP/1.1\r\nHost: localhost\r\n" + (keeps ? "" : "Connection: close\r\n") + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String status = line();
            int length = 0;
            for (String line = line(); !line.isEmpty(); line = line()) {
                String header = line.toLowerCase(Locale.ROOT);
                isLast |= header.equals("connection: close");
                if (header.startsWith("content-length:")) {
                    length = Integer.parseInt(header.substring(15).strip());
                }
            }
            byte[] body = in.readNBytes(length);
            if (!status.startsWith("HTTP/1.1 200") || body.length < length) {
                throw new IOException(status);
            }
            return new String(body, StandardCharsets.UTF_8).strip();
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new EOFException("the connection ended");
                }
                line.append((char) b);
            }
            return line.toString().stripTrailing();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone, which is what was wanted.
            }
        }
    }
}
