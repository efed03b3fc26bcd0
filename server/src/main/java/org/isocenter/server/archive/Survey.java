package org.isocenter.server.archive;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.isocenter.dicom.DataSet;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.FhirKeys;
import org.isocenter.server.index.FhirKeys.First;
import org.jspecify.annotations.Nullable;

/// Looks at studies from above: which there are by the ids of their FHIR resources, and what one instance
/// of each series tells of them.
public final class Survey {
    /// What is held in memory at one time.
    private static final int STUDIES_AT_ONCE = 10;

    private final Database database;

    public Survey(Database database) {
        this.database = database;
    }

    /// A series seen by its oldest instance.
    ///
    /// @param revision of the study
    /// @param changed when the study changed last
    /// @param instances of the series
    public record Series(String studyUid, long revision, Instant changed, int instances, DataSet oldest) {}

    /// The UIDs of studies that resources with this second half of their id can belong to.
    public List<String> studies(Caller caller, long key) {
        return database.query(caller.partition(), session -> new FhirKeys(session).studies(caller.partition(), key));
    }

    /// Documents that resources with this second half of their id can stand for.
    public List<Identity> documents(Caller caller, long key) {
        return database.query(caller.partition(), session -> new FhirKeys(session).documents(caller.partition(), key));
    }

    /// The Patient ID that a Patient with this second half of its id has, as searches compare it; or null.
    public @Nullable String findPatientId(Caller caller, long key) {
        return database.<@Nullable String>query(
                caller.partition(), session -> new FhirKeys(session).findPatientId(caller.partition(), key));
    }

    /// Gives the series of some studies, those of one study one after the other and as they are at one
    /// moment.
    public void read(Caller caller, List<String> studyUids, Consumer<Series> series) {
        for (int from = 0; from < studyUids.size(); from += STUDIES_AT_ONCE) {
            List<String> some = studyUids.subList(from, Math.min(from + STUDIES_AT_ONCE, studyUids.size()));
            for (First first : database.query(
                    caller.partition(), session -> new FhirKeys(session).firsts(caller.partition(), some))) {
                series.accept(new Series(
                        first.studyUid(),
                        first.revision(),
                        first.changed(),
                        first.instances(),
                        Head.decode(first.head()).dataSet()));
            }
        }
    }
}
