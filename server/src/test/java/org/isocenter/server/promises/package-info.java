/// The promises of the archive, put to the test: crashes, cut links, faults, races, hostile and huge input.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.promises;
