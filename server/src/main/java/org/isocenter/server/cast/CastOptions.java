package org.isocenter.server.cast;

import java.time.Duration;
import org.isocenter.server.fhir.mapping.MappingOptions;

/// How a cast works.
///
/// @param mapping how studies become resources; its version is replaced by the one that the server speaks
/// @param patients what it does about Patient
/// @param createsOrders whether an accession number without a ServiceRequest gets one
/// @param tellsProvenance whether each study has a Provenance
/// @param identity how resources are told apart
/// @param quiet how long a study has to be left alone before it is cast
/// @param delayMax how long a study that is never left alone waits at most
/// @param parallel studies cast at the same time
/// @param backlogMax studies that are kept in mind; more wait in the feed
public record CastOptions(
        MappingOptions mapping,
        Patients patients,
        boolean createsOrders,
        boolean tellsProvenance,
        Identity identity,
        Duration quiet,
        Duration delayMax,
        int parallel,
        int backlogMax) {

    /// What a cast does about Patient, which belongs to whoever admits patients. It changes none that is
    /// there.
    public enum Patients {
        /// Creates one where none has the identifier.
        CREATE,
        /// Refers to the one that has the identifier; where there is none, by identifier.
        LINK,
        /// Refers by identifier only.
        NEVER
    }

    /// How the resources that a cast writes are told apart.
    public enum Identity {
        /// As the server's CapabilityStatement allows.
        AUTO,
        /// By ids made of the UIDs, so that nothing can be written twice.
        IDS,
        /// By identifiers, where the server gives the ids, or where others have written such resources
        /// before.
        IDENTIFIERS
    }
}
