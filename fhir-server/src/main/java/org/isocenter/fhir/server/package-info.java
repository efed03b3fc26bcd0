/// A real FHIR server as a counterpart: the HAPI FHIR JPA server over an H2 database, in a process of its
/// own.
///
/// Tests and demonstrations start {@link org.isocenter.fhir.server.Main}. It is no part of the product, which
/// holds none of these libraries.
@NullMarked
package org.isocenter.fhir.server;

import org.jspecify.annotations.NullMarked;
