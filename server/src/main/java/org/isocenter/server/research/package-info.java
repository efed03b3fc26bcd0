/// Cohorts: patients and studies that meet clinical criteria, asked of a FHIR server, and imaging
/// criteria, asked of the archive. A cohort is a definition; it is evaluated, and frozen as a snapshot.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.research;
