package org.isocenter.server.cohort;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What belonged to a cohort at a time.
///
/// @param key of the row
/// @param number of the snapshot among those of its cohort, from 1
/// @param content what was found
public record Snapshot(long key, int number, Instant taken, Content content) {

    /// @param asOf the day from which ages and spans of time were counted
    /// @param definition in JSON, as it was then
    /// @param hash of the definition
    /// @param summary counts and warnings, in JSON
    public record Content(LocalDate asOf, String definition, String hash, String summary) {}

    /// A member, with all that was found of them in JSON.
    public record Member(String patient, String content) {}

    /// A study of a member.
    ///
    /// @param sha256 over the digests of its instances, or null where the archive does not have it
    public record Study(String uid, String patient, int instances, long lengthBytes, byte @Nullable [] sha256) {}

    public record Instance(String studyUid, String seriesUid, String instanceUid, long lengthBytes, byte[] sha256) {}

    /// How two snapshots differ: members by reference, studies by UID.
    ///
    /// @param studiesChanged have other instances, or other bytes
    public record Difference(
            List<String> membersAdded,
            List<String> membersRemoved,
            List<String> studiesAdded,
            List<String> studiesRemoved,
            List<String> studiesChanged) {}
}
