package org.isocenter.server.archive;

import org.isocenter.dicom.Limits;
import org.jspecify.annotations.Nullable;

/// How instances are taken in.
///
/// @param study the study that every instance has to belong to, or null for any
/// @param replace whether other bytes under UIDs that are stored take their place
/// @param strict whether a bad value that searches find an instance by is a reason to refuse it
/// @param limits of a part and its parsing
public record StoreRules(@Nullable String study, boolean replace, boolean strict, Limits limits) {}
