package org.isocenter.server.db;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The leading process of a PostgreSQL cluster, as the cluster's own `postmaster.pid` tells of it.
///
/// @param pid its process number
/// @param port the TCP port it listens on
/// @param status `starting`, `ready`, `stopping`
record Postmaster(long pid, int port, String status) {
    private static final String FILE = "postmaster.pid";
    private static final int PID_LINE = 0;
    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;

    /// The postmaster of a data folder if its process lives; what a dead one left behind does not count.
    static @Nullable Postmaster find(Path data) throws IOException {
        Postmaster written = findWritten(data);
        return written != null && isAlive(written.pid) ? written : null;
    }

    /// The process number in a file that was left behind and now belongs to some other program; null if there
    /// is none.
    static @Nullable Long findForeignPid(Path data) throws IOException {
        List<String> lines = lines(data);
        if (lines.isEmpty()) {
            return null;
        }
        long pid = Long.parseLong(lines.get(PID_LINE).strip());
        return ProcessHandle.of(pid).isPresent() && !isAlive(pid) ? pid : null;
    }

    boolean isReady() {
        return status.equals("ready");
    }

    boolean isAlive() {
        return isAlive(pid);
    }

    private static @Nullable Postmaster findWritten(Path data) throws IOException {
        List<String> lines = lines(data);
        // The file grows line by line while the postmaster starts.
        if (lines.size() <= STATUS_LINE) {
            return null;
        }
        long pid = Long.parseLong(lines.get(PID_LINE).strip());
        int port = Integer.parseInt(lines.get(PORT_LINE).strip());
        return new Postmaster(pid, port, lines.get(STATUS_LINE).strip());
    }

    private static List<String> lines(Path data) throws IOException {
        try {
            return Files.readAllLines(data.resolve(FILE));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /// Not a process of another name that has been given the number of a postmaster that died, and not one
    /// that has ended while nobody has taken note of it.
    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(process -> program(process).contains("postgres"))
                .orElse(false);
    }

    /// The command line as everybody may read it; empty for a process that has ended. Which file is run may, in a
    /// container, be hidden even from root.
    private static String program(ProcessHandle process) {
        Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        try {
            return Files.readString(commandLine, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return process.info().command().orElse("");
        }
    }
}
