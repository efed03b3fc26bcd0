package org.isocenter.server.archive;

import java.util.List;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.db.Database;
import org.isocenter.server.telemetry.UnavailableException;

/// Looks whether what the archive stands on answers.
public final class Health {
    private final Database database;
    private final BlobStore blobs;

    public Health(Database database, BlobStore blobs) {
        this.database = database;
        this.blobs = blobs;
    }

    /// What was looked at.
    ///
    /// @param description in words that hold nothing about a patient or a path
    public record Check(String name, boolean healthy, String description) {}

    public List<Check> check() {
        return List.of(
                check(
                        "index",
                        () -> database.query(session -> session.sql("select 1").get(row -> row.getInt(1)))),
                check("store", blobs::probe));
    }

    private static Check check(String name, Runnable probe) {
        try {
            probe.run();
            return new Check(name, true, "answers");
        } catch (UnavailableException unavailable) {
            return new Check(name, false, "does not answer");
        }
    }
}
