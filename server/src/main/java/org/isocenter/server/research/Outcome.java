package org.isocenter.server.research;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.isocenter.server.research.Imaging.Archived;
import org.isocenter.server.research.Resources.Identifier;
import org.isocenter.server.research.Resources.Listed;
import org.isocenter.server.research.Resources.Person;
import org.isocenter.server.research.Resources.Prescription;
import org.isocenter.server.research.Resources.Report;
import org.jspecify.annotations.Nullable;

/// Who belongs to a cohort, and what was asked for of them.
///
/// @param hash of the definition
/// @param funnel how many patients were left after each step, in the order of the steps
/// @param warnings what may be missing, in sentences
/// @param received how many FHIR resources were read
/// @param members by id
record Outcome(
        String hash, LocalDate asOf, List<Step> funnel, List<String> warnings, int received, List<Member> members) {

    /// @param patients left
    record Step(String name, int patients) {}

    record Member(
            Person person,
            List<Evidence> evidence,
            List<Prescription> prescriptions,
            List<Study> studies,
            List<Report> reports) {}

    /// What made a patient meet a criterion: a resource, or a study by its UID.
    record Evidence(
            String criterion, String reference, @Nullable Days days) {}

    /// A study of a patient, as the FHIR server lists it, as the archive has it, or both.
    record Study(
            String patient,
            @Nullable Listed listed,
            @Nullable Archived archived) {

        boolean isArchived() {
            return archived != null;
        }

        /// The UID; where there is none, the reference.
        String key() {
            if (archived != null) {
                return archived.uid();
            }
            if (listed == null) {
                throw new IllegalStateException("a study that nobody knows");
            }
            return listed.uid() == null ? listed.references().getFirst() : listed.uid();
        }

        @Nullable
        String findUid() {
            if (archived != null) {
                return archived.uid();
            }
            return listed == null ? null : listed.uid();
        }

        Set<String> modalities() {
            if (archived != null) {
                return archived.modalities();
            }
            return listed == null ? Set.of() : listed.modalities();
        }

        String description() {
            if (archived != null && !archived.description().isEmpty()) {
                return archived.description();
            }
            return listed == null ? "" : listed.description();
        }

        @Nullable
        Days days() {
            Days archivedDate = archived == null ? null : archived.date();
            return archivedDate != null || listed == null ? archivedDate : listed.started();
        }

        List<Identifier> accessions() {
            List<Identifier> accessions = new ArrayList<>();
            if (listed != null) {
                accessions.addAll(listed.accessions());
            }
            if (accessions.isEmpty()
                    && archived != null
                    && !archived.accession().isEmpty()) {
                accessions.add(new Identifier(null, archived.accession()));
            }
            return accessions;
        }

        Study and(Study other) {
            Listed both = listed == null || other.listed == null
                    ? (listed == null ? other.listed : listed)
                    : listed.and(other.listed);
            return new Study(patient, both, archived == null ? other.archived : archived);
        }

        List<String> orders() {
            return listed == null ? List.of() : listed.orders();
        }

        /// Whether a report of the same patient is about this study. One that names its studies is
        /// about no other.
        boolean hasReport(Report report) {
            if (!report.studies().isEmpty()) {
                return report.studies().contains(key())
                        || listed != null && listed.references().stream().anyMatch(report.studies()::contains);
            }
            return report.orders().stream().anyMatch(orders()::contains)
                    || report.identifiers().stream()
                            .anyMatch(identifier -> accessions().stream().anyMatch(identifier::meets));
        }
    }
}
