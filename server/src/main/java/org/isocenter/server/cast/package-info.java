/// DICOM Cast: what is stored appears in the clinical record. `Cast` follows an archive and brings the FHIR
/// server up to date, study by study.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.cast;
