package org.isocenter.server;

/// What is accepted for storage, and how it is laid down.
public record StoreSettings(long instanceMaxBytes, int partsMax, OnConflict onConflict, long packThresholdBytes) {

    /// The answer to an instance whose SOP Instance UID is already stored with other content.
    public enum OnConflict {
        /// Keep what is stored and refuse the newcomer with failure reason 45070.
        REFUSE,
        /// Let the newcomer take the place of what is stored.
        REPLACE
    }
}
