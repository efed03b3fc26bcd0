package org.isocenter.server.archive;

import java.util.List;
import org.isocenter.server.index.Entry.Identity;
import org.jspecify.annotations.Nullable;

/// What became of one instance that was sent to be stored.
public sealed interface StoreOutcome {

    /// The instance is stored, durably, and can be found and retrieved.
    ///
    /// @param warnings what is wrong with it, each beginning with the tag of the attribute; empty where
    ///     nothing is
    /// @param replaced whether it took the place of other bytes under the same UIDs
    record Stored(Identity identity, String sopClassUid, List<String> warnings, boolean replaced)
            implements StoreOutcome {}

    /// The very same bytes were stored before, and still are.
    record AlreadyStored(Identity identity, String sopClassUid, List<String> warnings) implements StoreOutcome {}

    /// Nothing of it was stored.
    ///
    /// @param sopClassUid as it could be read, or null
    /// @param sopInstanceUid as it could be read, or null
    record Refused(@Nullable String sopClassUid, @Nullable String sopInstanceUid, Reason reason, String detail)
            implements StoreOutcome {}

    /// Failure reasons (PS3.18 table I.2-2, and those of the compatible API).
    enum Reason {
        /// The bytes are no DICOM instance, or cannot be processed.
        PROCESSING_FAILURE(272),
        /// Media directories and other objects that are no instances of a patient's study.
        SOP_CLASS_NOT_SUPPORTED(290),
        /// The partition would hold more than its quota.
        OUT_OF_RESOURCES(0xA700),
        /// A UID is missing or invalid, or the parts of the instance contradict each other.
        VALIDATION_FAILED(43264),
        /// The instance belongs to another study than the one it was sent to.
        STUDY_MISMATCH(43265),
        /// Other bytes are stored under the same UIDs.
        ALREADY_EXISTS(45070);

        private final int code;

        Reason(int code) {
            this.code = code;
        }

        /// The value of Failure Reason (0008,1197).
        public int code() {
            return code;
        }
    }
}
