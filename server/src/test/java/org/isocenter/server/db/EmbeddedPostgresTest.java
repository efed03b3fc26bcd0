package org.isocenter.server.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.UnavailableException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/// The life of an embedded cluster. All tests share one folder, so that each finds what another left.
final class EmbeddedPostgresTest {
    private static final Path HOME = Path.of("target", "test-postgres-life").toAbsolutePath();

    /// An account every system has: `daemon`.
    private static final int SOMEBODY = 1;

    /// Run as a process of its own: starts a cluster, remembers one row, and ends without closing anything,
    /// or closes.
    static final class Child {
        public static void main(String[] arguments) {
            EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(arguments[0]));
            remember(postgres, Long.parseLong(arguments[1]));
            if (arguments[2].equals("halt")) {
                Runtime.getRuntime().halt(CrashPoint.HALTED);
            }
            postgres.close();
        }
    }

    @BeforeAll
    static void leaveOnlyThePrograms() throws IOException {
        Files.createDirectories(HOME);
        try (EmbeddedPostgres left = EmbeddedPostgres.start(HOME)) {
            assertThat(left.isOwner()).isTrue();
        }
        try (Stream<Path> entries = Files.list(HOME)) {
            for (Path entry : entries.toList()) {
                if (!entry.getFileName().toString().startsWith("bin-")) {
                    PostgresBinaries.deleteTree(entry);
                }
            }
        }
    }

    @Test
    void whatIsCommittedIsThereAfterARestartOnTheSamePort() {
        String url;
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(HOME)) {
            url = postgres.options(1).url();
            remember(postgres, 1);
        }
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(HOME)) {
            assertThat(postgres.options(1).url()).isEqualTo(url);
            assertThat(remembered(postgres)).contains(1L);
        }
        assertThatThrownBy(() -> EmbeddedPostgres.attach(HOME)).isInstanceOf(UnavailableException.class);
    }

    @Test
    void aSecondUserAttachesAndLeavesTheClusterRunning() {
        try (EmbeddedPostgres owner = EmbeddedPostgres.start(HOME)) {
            for (EmbeddedPostgres second : List.of(EmbeddedPostgres.start(HOME), EmbeddedPostgres.attach(HOME))) {
                assertThat(second.isOwner()).isFalse();
                assertThat(second.pid()).isEqualTo(owner.pid());
                remember(second, 2);
                second.close();
            }
            assertThat(remembered(owner)).contains(2L);
        }
    }

    @Test
    void aKilledClusterRecoversWhatWasCommitted() throws Exception {
        EmbeddedPostgres killed = EmbeddedPostgres.start(HOME);
        remember(killed, 3);
        kill(killed.pid());
        killed.close();

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(HOME)) {
            assertThat(remembered(postgres)).contains(3L);
        }
    }

    @Test
    void aCrashGivesTheClusterAnotherLifeAndARestartDoesNot() throws Exception {
        String first;
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(HOME)) {
            first = life(postgres);
        }
        EmbeddedPostgres restarted = EmbeddedPostgres.start(HOME);
        assertThat(life(restarted)).isEqualTo(first);
        kill(restarted.pid());
        restarted.close();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(HOME)) {
            assertThat(life(postgres)).isNotEqualTo(first);
        }
    }

    @Test
    void aClusterWhoseServerWasKilledIsTakenOver() throws Exception {
        assertThat(child(HOME, 4, "halt", System.getProperty("java.class.path"), List.of()))
                .isEqualTo(CrashPoint.HALTED);
        long orphan = EmbeddedPostgres.attach(HOME).pid();

        EmbeddedPostgres postgres = EmbeddedPostgres.start(HOME);
        assertThat(postgres.pid()).isEqualTo(orphan);
        assertThat(postgres.isOwner()).isTrue();
        assertThat(remembered(postgres)).contains(4L);
        postgres.close();
        assertThat(Postmaster.find(HOME.resolve("data"))).isNull();
        assertThatThrownBy(() -> EmbeddedPostgres.attach(HOME)).isInstanceOf(UnavailableException.class);
    }

    @Test
    void aFileLeftByAnotherProcessNumberIsNotMistakenForAServer() throws Exception {
        EmbeddedPostgres killed = EmbeddedPostgres.start(HOME);
        kill(killed.pid());
        killed.close();
        Path left = HOME.resolve("data").resolve("postmaster.pid");
        List<String> lines = new ArrayList<>(Files.readAllLines(left));
        // A process of the machine that is alive and is no PostgreSQL: this one.
        lines.set(0, Long.toString(ProcessHandle.current().pid()));
        Files.write(left, lines);

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(HOME)) {
            assertThat(postgres.pid()).isNotEqualTo(ProcessHandle.current().pid());
            remember(postgres, 5);
        }
    }

    @Test
    void aTakenPortIsReplaced() throws Exception {
        EmbeddedPostgres.start(HOME).close();
        int port = Integer.parseInt(Files.readString(HOME.resolve("port")));
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                EmbeddedPostgres postgres = EmbeddedPostgres.start(HOME)) {
            assertThat(taken.getLocalPort()).isEqualTo(port);
            assertThat(postgres.options(1).url()).doesNotContain(":" + port + "/");
            remember(postgres, 6);
        }
    }

    @Test
    void unpackingThatWasCutShortIsDoneAgain() throws Exception {
        EmbeddedPostgres.start(HOME).close();
        Path programs = PostgresBinaries.in(HOME).folder();
        Files.delete(programs.resolve("unpacked"));
        Files.delete(programs.resolve("bin").resolve("initdb"));

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(HOME)) {
            assertThat(programs.resolve("bin").resolve("initdb")).isExecutable();
            remember(postgres, 7);
        }
    }

    @Test
    void dataOfAnotherVersionIsRefusedWithAdvice() throws Exception {
        EmbeddedPostgres.start(HOME).close();
        Path version = HOME.resolve("data").resolve("PG_VERSION");
        String right = Files.readString(version);
        Files.writeString(version, "16\n");
        try {
            assertThatThrownBy(() -> EmbeddedPostgres.start(HOME))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("version 16")
                    .hasMessageContaining("pg_dump");
        } finally {
            Files.writeString(version, right);
        }
        EmbeddedPostgres.start(HOME).close();
    }

    @Test
    void theClusterIsDurableAndTheServersRoleIsNoSuperuser() {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(HOME);
                Database database = Database.open(postgres.options(1))) {
            database.requireDurable();
            String settings = database.query(session -> session.sql("""
                            SELECT current_setting('is_superuser') || current_setting('data_checksums')
                              || current_setting('listen_addresses') || current_setting('server_encoding')""").get(row -> row.getString(1)));
            assertThat(settings).isEqualTo("offon127.0.0.1UTF8");
        }
    }

    @Test
    void thePasswordIsForTheOwnerAloneAndIsAskedFor() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(HOME)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(HOME.resolve("password"))))
                    .isEqualTo("rw-------");
            DatabaseOptions right = postgres.options(1);
            assertThatThrownBy(() -> Database.open(new DatabaseOptions(right.url(), right.user(), "wrong", 1)))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("28P01");
        }
    }

    @Test
    void theLogHoldsNoValueOfAnyStatement() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(HOME);
                Database database = Database.open(postgres.options(1))) {
            database.statement("CREATE TABLE IF NOT EXISTS secret (name text UNIQUE)");
            for (int i = 0; i < 2; i++) {
                try {
                    database.transaction(session -> session.sql("INSERT INTO secret VALUES (?)")
                            .bind("CANARY^ONE")
                            .update());
                } catch (ConflictException e) {
                    assertThat(e).hasMessageNotContaining("CANARY");
                }
            }
            assertThatThrownBy(
                            () -> database.query(session -> session.sql("SELECT ?::text::integer, 'CANARY^TWO'::text")
                                    .bind("CANARY^THREE")
                                    .get(row -> row.getInt(1))))
                    .isInstanceOf(DatabaseException.class);
        }
        try (Stream<Path> logs = Files.list(HOME.resolve("log"))) {
            for (Path log : logs.toList()) {
                assertThat(Files.readString(log)).doesNotContain("CANARY");
            }
        }
    }

    @Test
    void withoutNamespacesRootHandsTheClusterToNobody(@TempDir Path folder) throws Exception {
        assumeTrue(isRoot(), "only root has accounts to give");
        Path home = reachable(folder);
        Path programs = PostgresBinaries.in(HOME).folder();
        copy(programs, home.resolve(programs.getFileName()));
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home, PostgresAccount.NOBODY)) {
            remember(postgres, 8);
        }
        assertThat(Files.getAttribute(home.resolve("data"), "unix:uid")).isEqualTo(65534);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
            assertThat(remembered(postgres)).contains(8L);
        }
    }

    @Test
    void anOrdinaryUserRunsTheClusterAsItself(@TempDir Path folder) throws Exception {
        assumeTrue(isRoot(), "run as an ordinary user, every other test shows this");
        Path home = reachable(folder);
        Path programs = PostgresBinaries.in(HOME).folder();
        copy(programs, home.resolve("cluster").resolve(programs.getFileName()));
        List<String> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            if (entry.endsWith("classes") || entry.matches(".*(postgres|Hikari|slf4j|commons-|/xz|jspecify).*")) {
                Path copy = home.resolve(
                        classPath.size() + Path.of(entry).getFileName().toString());
                copy(Path.of(entry), copy);
                classPath.add(copy.toString());
            }
        }
        try (Stream<Path> all = Files.walk(home)) {
            for (Path path : all.toList()) {
                Files.setAttribute(path, "unix:uid", SOMEBODY, LinkOption.NOFOLLOW_LINKS);
            }
        }
        int status = child(
                home.resolve("cluster"),
                9,
                "close",
                String.join(":", classPath),
                List.of("setpriv", "--reuid=" + SOMEBODY, "--clear-groups"));
        assertThat(status).isZero();
        assertThat(Files.getAttribute(home.resolve("cluster").resolve("data"), "unix:uid"))
                .isEqualTo(SOMEBODY);
    }

    @Test
    void anArchiveCannotWriteOutsideItsFolder(@TempDir Path folder) throws Exception {
        for (String name : List.of("../outside", "bin/../../outside", "/outside")) {
            assertThatThrownBy(() -> new PostgresBinaries(folder.resolve("in"))
                            .unpack(new ByteArrayInputStream(archive(new TarArchiveEntry(name, true)))))
                    .isInstanceOf(IOException.class);
        }
        TarArchiveEntry link = new TarArchiveEntry("link", TarConstants.LF_SYMLINK);
        link.setLinkName("../../outside");
        assertThatThrownBy(() ->
                        new PostgresBinaries(folder.resolve("in")).unpack(new ByteArrayInputStream(archive(link))))
                .isInstanceOf(IOException.class);
        assertThat(folder.resolve("outside")).doesNotExist();
    }

    private static byte[] archive(TarArchiveEntry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new XZOutputStream(bytes, new LZMA2Options(0)))) {
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private static int child(Path home, long number, String end, String classPath, List<String> prefix)
            throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                Child.class.getName(),
                home.toString(),
                Long.toString(number),
                end));
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    /// Other accounts must be able to walk down to the folder.
    private static Path reachable(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Files.createDirectory(folder.resolve("home"));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.resolveSibling(""));
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.sorted(Comparator.naturalOrder()).toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private static boolean isRoot() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    }

    private static void kill(long pid) throws Exception {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(30, TimeUnit.SECONDS);
    }

    private static void remember(EmbeddedPostgres postgres, long number) {
        try (Database database = Database.open(postgres.options(1))) {
            database.statement("CREATE TABLE IF NOT EXISTS memory (number bigint)");
            database.transaction(session ->
                    session.sql("INSERT INTO memory VALUES (?)").bind(number).update());
        }
    }

    private static List<Long> remembered(EmbeddedPostgres postgres) {
        try (Database database = Database.open(postgres.options(1))) {
            return database.query(
                    session -> session.sql("SELECT number FROM memory").list(row -> row.getLong(1)));
        }
    }

    private static String life(EmbeddedPostgres postgres) {
        try (Database database = Database.open(postgres.options(1))) {
            return database.query(session ->
                    session.sql("SELECT stats_reset::text FROM pg_stat_wal").get(row -> row.getString(1)));
        }
    }
}
