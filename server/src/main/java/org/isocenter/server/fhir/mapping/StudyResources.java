package org.isocenter.server.fhir.mapping;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The resources of a study. They refer to each other by id.
///
/// @param patient null where no identifier of the patient has a system
/// @param shared what other studies may refer to as well: devices, practitioners; whoever writes them makes
///     those that are missing and changes none
/// @param orders the ServiceRequests that the study's accession numbers stand for; ImagingStudy refers to
///     them by identifier
/// @param owned what stands for instances of this study and goes with them: ImagingStudy first
public record StudyResources(
        @Nullable ObjectNode patient, List<ObjectNode> shared, List<ObjectNode> orders, List<ObjectNode> owned) {
    public ObjectNode imagingStudy() {
        return owned.getFirst();
    }
}
