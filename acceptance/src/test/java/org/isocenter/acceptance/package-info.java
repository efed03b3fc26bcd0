/// Judges a DICOMweb archive from outside: over sockets, with files of its own making and with real ones.
///
/// Nothing here knows a class of the server. {@link org.isocenter.acceptance.Archive} finds or starts the one
/// that is judged; {@link org.isocenter.acceptance.Draft} makes files, right ones and wrong ones;
/// {@link org.isocenter.acceptance.Dicomweb} and {@link org.isocenter.acceptance.Wire} speak to it.
@NullMarked
package org.isocenter.acceptance;

import org.jspecify.annotations.NullMarked;
