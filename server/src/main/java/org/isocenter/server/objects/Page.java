package org.isocenter.server.objects;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a listing.
///
/// @param next where the one after it begins, or null behind the last
public record Page(List<Bucket.Listed> objects, @Nullable String next) {}
