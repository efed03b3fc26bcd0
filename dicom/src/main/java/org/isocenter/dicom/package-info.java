/// DICOM for Java: data sets, Part 10 files, the JSON and XML models, the data dictionary and character sets.
@org.jspecify.annotations.NullMarked
package org.isocenter.dicom;
