package dev.quark.runner.router;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Users who never pause, half of them on connections that they keep. Nothing is tried again, so every loss is seen. */
final class Users implements AutoCloseable {

    private final List<Thread> threads = new ArrayList<>();
    private final Set<String> failures = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean over;

    /** Begins. */
    Users(int port, String host) {
        for (int i = 0; i < 8; i++) {
            boolean keeps = i % 2 == 0;
            threads.add(Thread.ofVirtual().start(() -> use(port, host, keeps)));
        }
    }

    private void use(int port, String host, boolean keeps) {
        RawHttp client = null;
        while (!over) {
            try {
                client = client == null ? new RawHttp(port) : client;
                client = ask(client, host, keeps);
                Thread.sleep(2);
            } catch (IOException e) {
                failures.add(e.toString());
                client = null;
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** What is left of the connection. */
    private @Nullable RawHttp ask(RawHttp client, String host, boolean keeps) throws IOException {
        RawHttp.Response response = keeps ? client.get(host, "/") : client.get(host, "/", "Connection: close");
        if (response.status() == 200) {
            answered.incrementAndGet();
        } else {
            failures.add(response.toString());
        }
        if (keeps && !response.header("Connection").equals("close")) {
            return client;
        }
        client.close();
        return null;
    }

    int answered() {
        return answered.get();
    }

    /** What went wrong; empty for nothing. */
    Set<String> failures() {
        return failures;
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
