/// DICOM studies as FHIR resources. `StudyMapping` takes the instances of a study and gives its resources.
///
/// The rules follow the mapping that the definition of ImagingStudy gives (hl7.org/fhir, "Mappings"),
/// PS3.16 for templates and codes, and IHE RAD for the integration of reports;
/// docs/reference/fhir-mapping.md lists them.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.fhir.mapping;
