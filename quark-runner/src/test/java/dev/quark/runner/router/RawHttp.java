package dev.quark.runner.router;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 byte by byte, so that nothing is mended on the way. */
final class RawHttp implements AutoCloseable {

    private static final int TIMEOUT_MS = 60_000;

    final Socket socket;
    final InputStream in;

    RawHttp(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    RawHttp(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new java.io.BufferedInputStream(socket.getInputStream());
    }

    /** A response. */
    record Response(List<String> head, String body) {
        int status() {
            return Integer.parseInt(head.getFirst().split(" ", -1)[1]);
        }

        String header(String name) {
            return RawHttp.header(head, name);
        }
    }

    RawHttp send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends a GET request and reads the answer. */
    Response get(String host, String path, String... headers) throws IOException {
        send(request("GET", host, path, headers) + "\r\n");
        return read();
    }

    static String request(String method, String host, String path, String... headers) {
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        return text.toString();
    }

    /** Reads a response to its end. */
    Response read() throws IOException {
        List<String> head = head(in);
        if (head.isEmpty()) {
            throw new IOException("no response");
        }
        String length = header(head, "content-length");
        if (header(head, "transfer-encoding").equals("chunked")) {
            return new Response(head, chunks());
        }
        if (head.getFirst().contains(" 204 ")
                || head.getFirst().contains(" 304 ")
                || head.getFirst().contains(" 101 ")) {
            return new Response(head, "");
        }
        byte[] body = length.isEmpty() ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
        if (!length.isEmpty() && body.length < Integer.parseInt(length)) {
            throw new IOException("the body broke off after " + body.length + " of " + length + " bytes");
        }
        return new Response(head, new String(body, StandardCharsets.UTF_8));
    }

    private String chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String line = line(in);
            if (line == null) {
                throw new IOException("the body broke off");
            }
            int size = Integer.parseInt(line.strip(), 16);
            body.write(in.readNBytes(size));
            line(in);
            if (size == 0) {
                return body.toString(StandardCharsets.UTF_8);
            }
        }
    }

    /** The lines of a message's head; none at the end of the connection. */
    static List<String> head(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        String line = line(in);
        while (line != null && !line.isEmpty()) {
            lines.add(line);
            line = line(in);
        }
        return line == null ? List.of() : lines;
    }

    /** A line without its end; null at the end of the connection. */
    static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return null;
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    static String header(List<String> head, String name) {
        return String.join(
                ",",
                head.stream()
                        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                        .map(line -> line.substring(name.length() + 1).strip())
                        .toList());
    }

    /** Whether the other side closes the connection; waits for it. */
    boolean isClosed() {
        try {
            return in.read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
