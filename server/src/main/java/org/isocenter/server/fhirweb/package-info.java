/// The archive as a FHIR server that can be read: `FhirRoutes`. What it says is what the mapping makes of the
/// studies at the moment of the request; nothing is kept.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.fhirweb;
