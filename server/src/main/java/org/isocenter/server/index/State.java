package org.isocenter.server.index;

/// A study, series or instance at one moment, for validators: any change below it gives another revision.
///
/// @param key of the row
/// @param study its UID, or that of the study that it belongs to
/// @param instances at or below it
public record State(long key, String study, String uid, long revision, int instances) {}
