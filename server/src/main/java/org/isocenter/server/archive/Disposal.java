package org.isocenter.server.archive;

import java.util.List;
import java.util.Set;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Erasure;
import org.isocenter.server.index.IndexRemover;
import org.isocenter.server.index.IndexRemover.Prospect;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.Draft;
import org.jspecify.annotations.Nullable;

/// Has many studies deleted, or studies and patients erased, and tells beforehand what would go.
public final class Disposal {
    private static final int RESOURCES_MAX = 100;
    private static final int VERSIONS_COUNTED = 1_000;

    private final Database database;
    private final Patients patients;
    private final Operations operations;

    public Disposal(Database database, Operations operations) {
        this.database = database;
        this.patients = new Patients(database);
        this.operations = operations;
    }

    /// Begins to delete studies.
    public Operation delete(Caller caller, DeleteOrder order) {
        return operations.create(
                caller, new Draft(DeleteStudies.KIND, order.text(), resources(order.studies()), order.studies()));
    }

    /// Tells what would become of studies if they were deleted now.
    public Prospect foresee(Caller caller, DeleteOrder order) {
        return database.query(
                caller.partition(), session -> new IndexRemover(session).foresee(caller.partition(), order.studies()));
    }

    /// Begins to erase a study, or all of a patient.
    ///
    /// @return null where there is nothing to erase
    public @Nullable Operation erase(Caller caller, EraseOrder order) {
        Remains remains = foresee(caller, order);
        return remains.nothing()
                ? null
                : operations.create(
                        caller, new Draft(Erase.KIND, order.text(), resources(remains.studies), remains.studies));
    }

    /// What there is to be erased.
    ///
    /// @param studies of which all goes, be they deleted
    /// @param versions former ones, and those of deleted instances
    /// @param held how many of the studies are; nothing is erased then
    public record Remains(List<String> studies, long instances, long versions, long workitems, long held) {
        /// Whether there is nothing.
        public boolean nothing() {
            return instances + versions + workitems == 0;
        }
    }

    /// Tells what would be erased now. Of versions that were a patient's in studies that are another's by
    /// now, some thousand at most are counted.
    public Remains foresee(Caller caller, EraseOrder order) {
        List<String> studies = patients.ofErasure(caller, order);
        Erasure.Prospect prospect = database.query(
                caller.partition(), session -> new Erasure(session).foresee(caller.partition(), studies));
        long elsewhere = 0;
        long workitems = 0;
        if (order.patient() != null) {
            Set<String> whole = Set.copyOf(studies);
            elsewhere = patients.versions(caller, order.patient(), VERSIONS_COUNTED).stream()
                    .filter(version -> !whole.contains(version.identity().studyUid()))
                    .count();
            workitems = patients.workitems(caller, order.patient()).size();
        }
        return new Remains(studies, prospect.instances(), prospect.versions() + elsewhere, workitems, prospect.held());
    }

    /// The paths of some of the studies that an operation is about.
    static List<String> resources(List<String> studies) {
        return studies.stream().limit(RESOURCES_MAX).map("/studies/"::concat).toList();
    }
}
