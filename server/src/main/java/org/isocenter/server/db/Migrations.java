package org.isocenter.server.db;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.isocenter.server.telemetry.UnavailableException;

/// Brings the schema up to date by Flyway.
///
/// Loading Flyway takes longer than everything else at a start, so it is asked only when there is something
/// to do: when its own history does not hold exactly the files of the class path, each with the checksum it
/// would compute.
final class Migrations {
    private static final String HISTORY = "flyway_schema_history";
    private static final String SUFFIX = ".sql";

    private final DataSource source;
    private final List<String> locations;

    Migrations(DataSource source, List<String> locations) {
        this.source = source;
        this.locations = locations;
    }

    void run() {
        Map<String, Integer> wanted = wanted();
        if (wanted.isEmpty()) {
            throw new IllegalStateException("There are no migrations at " + locations);
        }
        if (wanted.equals(applied())) {
            return;
        }
        try {
            Flyway.configure()
                    .dataSource(source)
                    .table(HISTORY)
                    .locations(locations.stream()
                            .map(location -> "classpath:" + location)
                            .toArray(String[]::new))
                    .failOnMissingLocations(true)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new UnavailableException("The schema of the database cannot be brought up to date", e);
        }
    }

    /// The checksums of the scripts that were run, by name; with a failed one, something that equals no set
    /// of files.
    private Map<String, Integer> applied() {
        Map<String, Integer> applied = new HashMap<>();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet table = statement.executeQuery("SELECT to_regclass('" + HISTORY + "') IS NOT NULL")) {
                table.next();
                if (!table.getBoolean(1)) {
                    return applied;
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT script, checksum, success FROM " + HISTORY)) {
                while (rows.next()) {
                    applied.put(rows.getBoolean(3) ? rows.getString(1) : "", rows.getInt(2));
                }
            }
            return applied;
        } catch (SQLException e) {
            throw Failures.translate(e);
        }
    }

    private Map<String, Integer> wanted() {
        Map<String, Integer> wanted = new HashMap<>();
        ClassLoader loader = Migrations.class.getClassLoader();
        try {
            for (String location : locations) {
                for (URL folder : Collections.list(loader.getResources(location))) {
                    for (String name : names(folder, location)) {
                        try (InputStream script = loader.getResourceAsStream(location + "/" + name)) {
                            wanted.put(name, script == null ? 0 : checksum(script));
                        }
                    }
                }
            }
            return wanted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> names(URL folder, String location) throws IOException {
        if (folder.openConnection() instanceof JarURLConnection jar) {
            return jar.getJarFile().stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(location + "/") && name.endsWith(SUFFIX))
                    .map(name -> name.substring(location.length() + 1))
                    .toList();
        }
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .toList();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /// The sum Flyway keeps: CRC-32 over the lines without their ends.
    private static int checksum(InputStream script) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(script, StandardCharsets.UTF_8));
        CRC32 sum = new CRC32();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            sum.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return (int) sum.getValue();
    }
}
