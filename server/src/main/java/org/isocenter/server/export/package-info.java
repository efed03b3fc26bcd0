/// Where exports go: folders, other DICOMweb servers and object stores that the operator has named. The only
/// package that writes to any of them.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.export;
