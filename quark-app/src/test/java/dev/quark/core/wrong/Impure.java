package dev.quark.core.wrong;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;

/** Touches the world, or a library. */
final class Impure {

    private Impure() {}

    static final class UsesALibrary {
        String text(JsonNode node) {
            return node.asText();
        }
    }

    static final class ReadsFiles {
        boolean there(Path path) {
            return Files.exists(path);
        }
    }

    static final class NamesFiles {
        String name(File file) {
            return file.getName();
        }
    }

    static final class OpensChannels {
        boolean open(FileChannel channel) {
            return channel.isOpen();
        }
    }

    static final class StartsProcesses {
        ProcessBuilder process() {
            return new ProcessBuilder("true");
        }
    }

    static final class Connects {
        boolean connected(Socket socket) {
            return socket.isConnected();
        }
    }

    static final class Queries {
        boolean open(Connection connection) throws java.sql.SQLException {
            return !connection.isClosed();
        }
    }
}
