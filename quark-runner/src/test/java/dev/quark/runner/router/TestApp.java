package dev.quark.runner.router;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An app on a real socket, whose every byte a test decides on. */
class TestApp implements AutoCloseable {

    /** What an app does with a connection, one request after the other. */
    interface Behaviour {
        /** Answers a request; false to close the connection. */
        boolean serve(Request request, InputStream in, OutputStream out) throws IOException, InterruptedException;
    }

    /** A request's head, and which of its connection's requests it is. */
    record Request(List<String> head, int number, Socket socket) {
        String line() {
            return head.getFirst();
        }

        String path() {
            return line().split(" ", -1)[1];
        }

        /** The values of a header, in their order. */
        List<String> all(String name) {
            return head.stream()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .toList();
        }

        String header(String name) {
            return String.join(",", all(name));
        }
    }

    private final ServerSocket listener;
    private final Behaviour behaviour;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** Every request that came. */
    final List<Request> requests = new CopyOnWriteArrayList<>();

    TestApp(Behaviour behaviour) throws IOException {
        this.behaviour = behaviour;
        this.listener = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** An app that answers every request with a text. */
    static TestApp saying(String text) throws IOException {
        return new TestApp((request, in, out) -> {
            answer(out, 200, text);
            return true;
        });
    }

    static void answer(OutputStream out, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        out.write(("HTTP/1.1 " + status + " OK\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        out.write(body);
        out.flush();
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            int number = 0;
            List<String> head = RawHttp.head(in);
            while (!head.isEmpty()) {
                Request request = new Request(head, ++number, socket);
                requests.add(request);
                if (!behaviour.serve(request, in, socket.getOutputStream())) {
                    return;
                }
                head = RawHttp.head(in);
            }
        } catch (IOException | InterruptedException e) {
            // A test that breaks connections off sees to what it expects.
        } finally {
            sockets.remove(socket);
        }
    }

    /** How many connections are open. */
    int connections() {
        return sockets.size();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
