/// A real FHIR server for tests: {@link org.isocenter.acceptance.fhir.RealFhir} starts it and speaks to it.
@NullMarked
package org.isocenter.acceptance.fhir;

import org.jspecify.annotations.NullMarked;
