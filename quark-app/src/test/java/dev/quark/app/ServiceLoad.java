package dev.quark.app;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Users of an app who never pause: some keep their connection, some make a new one for each request. Nothing is tried again,
 * as an HTTP client would, so that every lost request is seen.
 */
final class ServiceLoad implements AutoCloseable {

    private final int port;
    private final List<Thread> users = new ArrayList<>();
    private final Set<String> failures = ConcurrentHashMap.newKeySet();
    private final Set<String> versions = Collections.synchronizedSet(new LinkedHashSet<>());
    private final Set<Long> processes = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean over;

    /** Begins; two users of each kind. */
    ServiceLoad(int port) {
        this.port = port;
        for (int i = 0; i < 4; i++) {
            boolean keeps = i % 2 == 0;
            users.add(Thread.ofVirtual().start(() -> use(keeps)));
        }
    }

    private void use(boolean keeps) {
        Connection connection = null;
        while (!over) {
            try {
                if (connection == null) {
                    connection = new Connection(port);
                }
                Answer answer = connection.get("/", keeps);
                note(answer);
                if (!keeps || answer.closes()) {
                    connection.close();
                    connection = null;
                }
                Thread.sleep(2);
            } catch (IOException e) {
                failures.add(e.toString());
                connection = null;
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void note(Answer answer) {
        if (answer.status() != 200) {
            failures.add(answer.toString());
            return;
        }
        String[] words = answer.body().split(" ", 2);
        versions.add(words[0]);
        processes.add(Long.parseLong(words[1]));
        answered.incrementAndGet();
    }

    /** What went wrong; empty for nothing. */
    Set<String> failures() {
        return failures;
    }

    /** Which versions answered, in the order in which they came. */
    List<String> versions() {
        return List.copyOf(versions);
    }

    Set<Long> processes() {
        return processes;
    }

    int answered() {
        return answered.get();
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        for (Thread user : users) {
            user.join();
        }
    }

    /** One request on a connection of its own. */
    static Answer get(int port, String path) throws IOException {
        try (Connection connection = new Connection(port)) {
            return connection.get(path, false);
        }
    }

    /** @param retryAfter the header's value; empty where there is none */
    record Answer(int status, String body, boolean closes, String retryAfter) {}

    private static final class Connection implements AutoCloseable {

        private final Socket socket = new Socket();

        Connection(int port) throws IOException {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 30_000);
            socket.setSoTimeout(150_000);
        }

        Answer get(String path, boolean keeps) throws IOException {
            String head = "GET " + path + " HTTP/1.1\r\nHost: app.test\r\n" + (keeps ? "" : "Connection: close\r\n");
            socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            List<String> lines = new ArrayList<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                lines.add(line);
            }
            String length = header(lines, "content-length");
            byte[] body = length != null ? in.readNBytes(Integer.parseInt(length)) : chunks(in);
            String after = header(lines, "retry-after");
            return new Answer(
                    Integer.parseInt(lines.getFirst().split(" ", 3)[1]),
                    new String(body, StandardCharsets.UTF_8),
                    "close".equals(header(lines, "connection")),
                    after == null ? "" : after);
        }

        private static byte[] chunks(InputStream in) throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            while (true) {
                int length = Integer.parseInt(line(in), 16);
                body.write(in.readNBytes(length));
                line(in);
                if (length == 0) {
                    return body.toByteArray();
                }
            }
        }

        private static @Nullable String header(List<String> lines, String name) {
            return lines.stream()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse(null);
        }

        private static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            while (true) {
                int b = in.read();
                if (b < 0) {
                    throw new EOFException("the connection ended after \"" + line + "\"");
                }
                if (b == '\n') {
                    return line.toString().stripTrailing();
                }
                line.append((char) b);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
