/// Rows of studies, series and instances, and the search over them.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.index;
