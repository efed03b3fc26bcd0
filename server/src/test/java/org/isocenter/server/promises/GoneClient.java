package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A client that hangs up, and what it may have left in the server's process, as Linux tells it.
final class GoneClient {
    /// When the client hangs up.
    enum Phase {
        CONNECTED,
        HALF_A_HEAD,
        HEAD_SENT,
        HALF_A_PART,
        BETWEEN_PARTS,
        ASKED,
        SOME_OF_THE_ANSWER
    }

    /// Five times what is promised, for busy machines.
    private static final Duration BOUND = Duration.ofSeconds(5);

    private final ChildServer server;
    private final Path process;
    private final long threads;

    GoneClient(ChildServer server) throws IOException {
        this.server = server;
        this.process = Path.of("/proc", Long.toString(server.pid()));
        Assumptions.assumeTrue(Files.isDirectory(process.resolve("fd")), "what a process holds is told by /proc only");
        this.threads = threads();
    }

    void leaveAt(Phase phase, Content content) throws IOException {
        try (Socket socket = new Socket(server.uri().getHost(), server.uri().getPort())) {
            OutputStream out = socket.getOutputStream();
            switch (phase) {
                case CONNECTED -> {}
                case HALF_A_HEAD -> write(out, "POST /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\nContent-");
                case HEAD_SENT -> write(out, head(1 << 20));
                case HALF_A_PART -> {
                    write(out, head(64 << 20) + part());
                    out.write(content.bytes(), 0, content.bytes().length / 2);
                    out.flush();
                }
                case BETWEEN_PARTS -> {
                    write(out, head(64 << 20) + part());
                    out.write(content.bytes());
                    write(out, "\r\n" + part());
                }
                case ASKED -> write(out, get(content));
                case SOME_OF_THE_ANSWER -> {
                    write(out, get(content));
                    InputStream in = socket.getInputStream();
                    assertThat(in.readNBytes(100_000)).hasSize(100_000);
                }
            }
        }
    }

    private static String head(long lengthBytes) {
        return "POST /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + lengthBytes
                + "\r\nContent-Type: multipart/related; type=\"application/dicom\"; boundary=" + Client.BOUNDARY
                + "\r\n\r\n";
    }

    private static String part() {
        return "--" + Client.BOUNDARY + "\r\nContent-Type: application/dicom\r\n\r\n";
    }

    private static String get(Content content) {
        return "GET " + Client.path(content.identity())
                + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/dicom; transfer-syntax=*\r\n\r\n";
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /// No connection, no unfinished blob, no open blob; and not many more threads than before.
    void checkNothingIsLeft(Path folder) throws Exception {
        Duration took = Polls.until(
                "connections and blobs are closed", BOUND, () -> left(folder).isEmpty());
        System.out.println("A6: free after " + took.toMillis() + " ms, threads " + threads + " and then " + threads());
        // Carriers of virtual threads come and go.
        assertThat(threads()).isLessThan(threads + 24);
    }

    private List<String> left(Path folder) throws IOException {
        List<String> left = new ArrayList<>();
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            for (Path file : files.toList()) {
                String target;
                try {
                    target = Files.readSymbolicLink(file).toString();
                } catch (NoSuchFileException closed) {
                    continue;
                }
                // Files without bytes are those that the store keeps ready.
                if (target.contains(folder + "/data/blobs/files/")
                        && (target.endsWith(" (deleted)") || Files.size(Path.of(target)) > 0)) {
                    left.add(target);
                }
            }
        }
        String port = String.format(":%04X ", server.uri().getPort());
        for (String table : List.of("net/tcp", "net/tcp6")) {
            for (String line : Files.readAllLines(process.resolve(table))) {
                // Of those that the other end has closed: CLOSE_WAIT, which only the server can end.
                if (line.contains(port) && line.contains(" 08 ")) {
                    left.add(line);
                }
            }
        }
        return left;
    }

    private long threads() throws IOException {
        try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
            return tasks.count();
        }
    }
}
