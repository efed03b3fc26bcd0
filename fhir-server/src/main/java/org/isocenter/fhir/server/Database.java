package org.isocenter.fhir.server;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where the resources are: H2 in memory, or in a file of the version's own.
final class Database {
    private static final int CONNECTIONS = 10;

    private final @Nullable Path file;

    /// @param folder of the file, or null for a database in memory
    Database(FhirVersion version, @Nullable Path folder) {
        file = folder == null ? null : folder.toAbsolutePath().normalize().resolve("fhir-" + version);
    }

    /// A pool of connections; closing the last of them closes the database.
    HikariDataSource open() {
        HikariDataSource connections = new HikariDataSource();
        connections.setJdbcUrl(
                file == null
                        ? "jdbc:h2:mem:fhir;DB_CLOSE_DELAY=-1"
                        : "jdbc:h2:file:" + file + ";DB_CLOSE_ON_EXIT=FALSE");
        connections.setUsername("sa");
        connections.setMaximumPoolSize(CONNECTIONS);
        connections.setMinimumIdle(1);
        return connections;
    }

    /// What Hibernate does about the tables: they are made at once, without a look at what there is, in a new
    /// database, and completed in an old one, which an older version of HAPI may have made.
    String schemaAction() {
        return file != null && Files.exists(Path.of(file + ".mv.db")) ? "update" : "create-only";
    }
}
