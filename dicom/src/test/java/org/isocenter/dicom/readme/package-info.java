/// The examples of the README, seen from outside the library.
@org.jspecify.annotations.NullMarked
package org.isocenter.dicom.readme;
