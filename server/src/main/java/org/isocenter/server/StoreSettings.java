package org.isocenter.server;

/// What is accepted for storage, and how it is laid down.
public record StoreSettings(
        long instanceMaxBytes, int partsMax, OnConflict onConflict, long packThresholdBytes, Recoding recode) {

    /// The answer to an instance whose SOP Instance UID is already stored with other content.
    public enum OnConflict {
        /// Keep what is stored and refuse the newcomer with failure reason 45070.
        REFUSE,
        /// Let the newcomer take the place of what is stored.
        REPLACE
    }

    /// What is done about the transfer syntax of instances once they are stored.
    public enum Recoding {
        /// Nothing.
        OFF,
        /// HTJ2K Lossless RPCL is kept beside what was received.
        KEEP,
        /// HTJ2K Lossless RPCL takes the place of native pixels.
        REPLACE
    }
}
