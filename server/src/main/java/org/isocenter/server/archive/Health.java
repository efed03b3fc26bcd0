package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.StorageClass;
import org.isocenter.server.db.Database;
import org.isocenter.server.telemetry.UnavailableException;

/// Looks whether what the archive stands on answers.
public final class Health {
    private final Database database;
    private final BlobStore blobs;
    private final Set<String> unnamed;

    /// @param unnamed storage classes that blobs are in and that the settings do not name
    public Health(Database database, BlobStore blobs, Set<String> unnamed) {
        this.database = database;
        this.blobs = blobs;
        this.unnamed = unnamed;
    }

    /// How it is with something.
    public enum State {
        /// It answers.
        HEALTHY,
        /// It does not answer, and all that does not need it is served.
        DEGRADED,
        /// It does not answer, and nothing can be served without it.
        UNHEALTHY
    }

    /// What was looked at.
    ///
    /// @param description in words that hold nothing about a patient or a path
    public record Check(String name, State state, String description) {}

    public List<Check> check() {
        List<Check> checks = new ArrayList<>();
        checks.add(check(
                "index",
                State.UNHEALTHY,
                () -> database.query(session -> session.sql("select 1").get(row -> row.getInt(1)))));
        for (String storageClass : blobs.classes()) {
            boolean standard = storageClass.equals(StorageClass.STANDARD);
            checks.add(check(
                    standard ? "store" : "store " + storageClass,
                    standard ? State.UNHEALTHY : State.DEGRADED,
                    () -> blobs.probe(storageClass)));
        }
        for (String storageClass : unnamed) {
            checks.add(new Check("store " + storageClass, State.DEGRADED, "is not in the settings"));
        }
        return checks;
    }

    /// @param otherwise what it is when it does not answer
    private static Check check(String name, State otherwise, Runnable probe) {
        try {
            probe.run();
            return new Check(name, State.HEALTHY, "answers");
        } catch (UnavailableException unavailable) {
            return new Check(name, otherwise, "does not answer");
        }
    }
}
