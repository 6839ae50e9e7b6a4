package dev.quark.runner.router;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Speaks to the router's process, one connection for each question. */
final class RouterClient {

    private final Path socket;

    RouterClient(Path socket) {
        this.socket = socket;
    }

    /** @throws IOException where no router answers */
    Wire.Reply ask(Wire.Ask ask) throws IOException {
        try (SocketChannel channel = connect()) {
            ByteBuffer bytes = ByteBuffer.wrap((Wire.write(ask) + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            String line = new BufferedReader(
                            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))
                    .readLine();
            if (line == null) {
                throw new IOException("the router ended");
            }
            return Wire.read(line, Wire.Reply.class);
        }
    }

    /** Who answers; empty where nobody does. */
    Optional<Wire.Hello> hello() {
        try {
            return Optional.ofNullable(ask(Wire.Ask.of("hello")).hello());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A connection that ends when the router does. */
    SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
