/// FHIR: its versions, and a client for its REST API.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.fhir;
