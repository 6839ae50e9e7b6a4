package dev.quark.runner;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The TCP ports on which processes listen, as {@code /proc} shows them: those of QUARK's user only. */
final class ListeningPorts {

    private static final String LISTENING = "0A";
    private static final String SOCKET = "socket:[";

    private ListeningPorts() {}

    static Set<Integer> of(Collection<ProcessEntry> processes) {
        Set<Integer> ports = new HashSet<>();
        for (ProcessEntry process : processes) {
            Path proc = Path.of("/proc", Long.toString(process.key().pid()));
            Map<String, Integer> sockets = new HashMap<>();
            for (String table : List.of("net/tcp", "net/tcp6")) {
                try {
                    sockets.putAll(parse(Files.readAllLines(proc.resolve(table))));
                } catch (IOException e) {
                    // It has ended, or there is no such table.
                }
            }
            inodes(proc.resolve("fd")).stream()
                    .map(sockets::get)
                    .filter(java.util.Objects::nonNull)
                    .forEach(ports::add);
        }
        return ports;
    }

    /** Inode to port, of the sockets of a table that listen. */
    static Map<String, Integer> parse(List<String> table) {
        Map<String, Integer> sockets = new HashMap<>();
        for (String line : table) {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields.length > 9 && fields[3].equals(LISTENING)) {
                int port = Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16);
                sockets.put(fields[9], port);
            }
        }
        return sockets;
    }

    private static Set<String> inodes(Path descriptors) {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            for (Path link : links) {
                String target = target(link);
                if (target.startsWith(SOCKET)) {
                    inodes.add(target.substring(SOCKET.length(), target.length() - 1));
                }
            }
        } catch (IOException | RuntimeException e) {
            // It has ended, or is another user's.
        }
        return inodes;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
