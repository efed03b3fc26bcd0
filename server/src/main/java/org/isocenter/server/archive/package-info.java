/// The use cases, one class a verb. The only package that opens a transaction over index, feed and audit.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.archive;
