package org.isocenter.server.db;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;

/// Makes, starts and stops the cluster of a folder. Used only by the holder of the [FolderLock].
final class PostgresCluster {
    /// Where a port is taken between being found free and being used, or backends of a killed cluster still
    /// linger.
    private static final int STARTS_MAX = 20;

    private static final int LOG_SHOWN_BYTES = 2_000;

    /// Which characters are letters is asked of the C library, and only in a locale of UTF-8 does it know any
    /// beyond ASCII. Without it trigrams of Cyrillic, Greek, Kanji, Hangul, Arabic or Thai names are empty
    /// and never found.
    private static final List<String> LOCALES = List.of("C.UTF-8", "en_US.UTF-8");

    /// What the file holds that tells which roles there are; another whenever [#prepare] makes others.
    private static final String PREPARATION = "2";

    private final Path home;
    private final PostgresAccount account;

    PostgresCluster(Path home, PostgresAccount account) {
        this.home = home;
        this.account = account;
    }

    static Path data(Path home) {
        return home.resolve("data");
    }

    /// Whether the roles and the database of the server exist.
    static boolean isPrepared(Path home) throws IOException {
        Path file = prepared(home);
        return Files.exists(file) && Files.readString(file).equals(PREPARATION);
    }

    private static Path prepared(Path home) {
        return home.resolve("prepared");
    }

    /// A cluster that runs although nobody holds its folder; null if none does. One that is about to stop is
    /// waited for.
    @Nullable
    Postmaster findOrphan(Deadline deadline) throws IOException {
        while (true) {
            Postmaster running = Postmaster.find(data(home));
            if (running == null || running.isReady()) {
                return running;
            }
            deadline.pause();
        }
    }

    Postmaster start(Path password, Deadline deadline) throws IOException {
        PostgresBinaries binaries = PostgresBinaries.in(home);
        if (!Files.exists(data(home))) {
            initialise(binaries, password);
        }
        requireVersion(binaries);
        Files.createDirectories(home.resolve("log"));
        account.own(home.resolve("log"));
        for (int made = 1; ; made++) {
            int port = choosePort();
            PostgresConfiguration.write(data(home), port);
            Postmaster postmaster = awaitReady(spawn(binaries), deadline);
            if (postmaster != null) {
                binaries.removeOthers();
                return postmaster;
            }
            if (made == STARTS_MAX) {
                throw new UnavailableException("The embedded PostgreSQL does not start: " + lastWords(), null);
            }
            deadline.pause();
        }
    }

    /// Makes the role of the server, the role that its work for one data partition has, and the database.
    void prepare(DatabaseOptions superuser, String name, String password) throws IOException {
        try (Database database = Database.open(superuser, EmbeddedPostgres.ANSWER_PATIENCE)) {
            database.statement("""
                    DO $$ BEGIN
                      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%1$s') THEN
                        CREATE ROLE %1$s LOGIN PASSWORD '%2$s';
                      END IF;
                      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'isocenter_partition') THEN
                        CREATE ROLE isocenter_partition NOLOGIN;
                      END IF;
                      GRANT isocenter_partition TO %1$s;
                    END $$""".formatted(name, password));
            boolean exists = database.query(session -> session.sql("SELECT FROM pg_database WHERE datname = ?")
                            .bind(name)
                            .findFirst(row -> true))
                    != null;
            if (!exists) {
                database.statement("CREATE DATABASE " + name + " OWNER " + name);
            }
        }
        DurableFiles.write(prepared(home), PREPARATION, "rw-r--r--");
        account.own(prepared(home));
    }

    /// Ends all sessions and writes what is in memory; after a minute, leaves that to the recovery of the
    /// next start.
    void stop(Postmaster postmaster, Deadline deadline) throws IOException {
        PostgresBinaries binaries = PostgresBinaries.in(home);
        signal(binaries, "INT", postmaster);
        try {
            while (postmaster.isAlive()) {
                deadline.pause();
            }
        } catch (IOException e) {
            signal(binaries, "QUIT", postmaster);
            throw e;
        }
    }

    private void signal(PostgresBinaries binaries, String signal, Postmaster postmaster) throws IOException {
        run(account.command(binaries.program("pg_ctl"), "kill", signal, Long.toString(postmaster.pid())));
    }

    /// Made beside its place and renamed when whole, so that one cut short is made anew.
    private void initialise(PostgresBinaries binaries, Path password) throws IOException {
        Path part = home.resolve("data.part");
        account.own(home);
        for (String locale : LOCALES) {
            PostgresBinaries.deleteTree(part);
            boolean made = run(account.command(
                    binaries.program("initdb"),
                    "--pgdata=" + part,
                    "--username=" + EmbeddedPostgres.SUPERUSER,
                    "--pwfile=" + password,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    "--lc-ctype=" + locale,
                    "--data-checksums",
                    "--no-instructions"));
            if (made) {
                DurableFiles.move(part, data(home));
                return;
            }
        }
        throw new UnavailableException("The embedded PostgreSQL cannot make its cluster: " + lastWords(), null);
    }

    private void requireVersion(PostgresBinaries binaries) throws IOException {
        String made = Files.readString(data(home).resolve("PG_VERSION")).strip();
        if (!made.equals(binaries.major())) {
            throw new UnavailableException(
                    "The data of the embedded PostgreSQL is of version " + made + ", its programs are of version "
                            + binaries.major() + "; run the server that made it, or move the data with pg_dump and"
                            + " pg_restore",
                    null);
        }
    }

    private Process spawn(PostgresBinaries binaries) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            // A session of its own: Control-C at a terminal is for the server, which stops the cluster when it is done.
            command.add("/usr/bin/setsid");
        }
        command.addAll(
                account.command(binaries.program("postgres"), "-D", data(home).toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(startLog().toFile());
        Long foreign = Postmaster.findForeignPid(data(home));
        if (foreign != null) {
            // PostgreSQL takes its grandparent's number in a file left behind for what it is, and still makes sure by
            // other means that nothing of the old cluster runs.
            builder.environment().put("PG_GRANDPARENT_PID", Long.toString(foreign));
        }
        return builder.start();
    }

    /// Null if the process ended instead of becoming ready.
    private @Nullable Postmaster awaitReady(Process process, Deadline deadline) throws IOException {
        while (process.isAlive()) {
            Postmaster running = Postmaster.find(data(home));
            if (running != null && running.pid() == process.pid() && running.isReady()) {
                return running;
            }
            deadline.pause();
        }
        return null;
    }

    /// The port of the last start if it is free, else another one.
    private int choosePort() throws IOException {
        Path file = home.resolve("port");
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        int last = Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
        try (ServerSocket probe = new ServerSocket(last, 1, loopback)) {
            if (probe.getLocalPort() == last) {
                return last;
            }
        } catch (IOException e) {
            // Taken by another program since.
        }
        try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
            DurableFiles.write(file, Integer.toString(free.getLocalPort()), "rw-r--r--");
            return free.getLocalPort();
        }
    }

    private boolean run(List<String> command) throws IOException {
        Files.createDirectories(home.resolve("log"));
        Process process = new ProcessBuilder(command)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(startLog().toFile())
                .start();
        try {
            return process.waitFor() == 0;
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while PostgreSQL was at work");
        }
    }

    private Path startLog() {
        return home.resolve("log").resolve("start.log");
    }

    private String lastWords() throws IOException {
        try (RandomAccessFile log = new RandomAccessFile(startLog().toFile(), "r")) {
            log.seek(Math.max(0, log.length() - LOG_SHOWN_BYTES));
            byte[] end = new byte[LOG_SHOWN_BYTES];
            int length = Math.max(0, log.read(end));
            return new String(end, 0, length, StandardCharsets.UTF_8).strip();
        }
    }
}
