package dev.quark.runner.router.proxy;

import dev.quark.core.config.ConfigId;
import dev.quark.runner.router.Wire;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes orders on a Unix domain socket of mode 0600 in a folder of mode 0700: who may open it is who may read QUARK's keys.
 * One virtual thread serves each connection.
 */
final class ControlServer implements Closeable {

    private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());
    private static final int MAX_LINE = 1 << 20;

    private final Routes routes;
    private final Supplier<Wire.Hello> hello;
    private final ServerSocketChannel socket;

    private ControlServer(Routes routes, Supplier<Wire.Hello> hello, ServerSocketChannel socket) {
        this.routes = routes;
        this.hello = hello;
        this.socket = socket;
    }

    /** Serves from now on; a router before this one is not reached at this path any more. */
    static ControlServer open(Path path, Routes routes, Supplier<Wire.Hello> hello) throws IOException {
        Path draft = path.resolveSibling(
                path.getFileName() + "." + ProcessHandle.current().pid());
        Files.deleteIfExists(draft);
        ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        socket.bind(UnixDomainSocketAddress.of(draft));
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
        Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        ControlServer server = new ControlServer(routes, hello, socket);
        Thread.ofPlatform().name("control").daemon().start(server::accept);
        return server;
    }

    private void accept() {
        while (socket.isOpen()) {
            try {
                SocketChannel client = socket.accept();
                Thread.ofVirtual().name("control-client").start(() -> serve(client));
            } catch (IOException e) {
                if (socket.isOpen()) {
                    LOG.log(System.Logger.Level.WARNING, "The control channel failed", e);
                }
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8));
            String line = line(lines);
            while (line != null) {
                String answer = Wire.write(answer(line)) + "\n";
                ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    client.write(bytes);
                }
                line = line(lines);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "A control connection ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static @Nullable String line(BufferedReader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = lines.read(); c != '\n'; c = lines.read()) {
            if (c < 0) {
                return null;
            }
            if (line.length() >= MAX_LINE) {
                throw new IOException("a line without an end");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    private Wire.Reply answer(String line) throws InterruptedException {
        try {
            return answer(Wire.read(line, Wire.Ask.class));
        } catch (IOException | IllegalArgumentException | UncheckedIOException e) {
            return Wire.Reply.error(String.valueOf(e.getMessage()));
        }
    }

    private Wire.Reply answer(Wire.Ask ask) throws InterruptedException, IOException {
        return switch (ask.op()) {
            case "hello" -> Wire.Reply.hello(hello.get());
            case "switch" -> switchTo(required(ask.route()));
            case "drain" ->
                routes.drain(
                        config(ask), required(ask.release()), Duration.ofMillis(Math.clamp(ask.waitMs(), 0, 60_000)));
            case "traffic" -> Wire.Reply.traffic(routes.traffic(config(ask)));
            case "routes" -> Wire.Reply.routes(routes.routes());
            case "remove" -> {
                routes.remove(config(ask));
                yield Wire.Reply.DONE;
            }
            default -> Wire.Reply.error("This router doesn't know how to " + ask.op());
        };
    }

    private Wire.Reply switchTo(Wire.RouteLine line) {
        Optional<ConfigId> other = routes.switchTo(line.route());
        return other.map(Wire.Reply::conflict).orElse(Wire.Reply.DONE);
    }

    private static ConfigId config(Wire.Ask ask) throws IOException {
        return ConfigId.parse(required(ask.config()));
    }

    private static <T> T required(@Nullable T value) throws IOException {
        if (value == null) {
            throw new IOException("something is missing in the request");
        }
        return value;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
