package org.isocenter.server.commitment;

/// Whether an instance is kept, and if not, the Failure Reason (PS3.3 C.14.1.1).
public enum Verdict {
    COMMITTED(0),
    /// It is there, but its bytes are not those that were stored, or nobody found the time to read them.
    PROCESSING_FAILURE(0x0110),
    NO_SUCH_INSTANCE(0x0112),
    /// It is there and of another SOP class than the request says.
    CLASS_CONFLICT(0x0119);

    private final int reason;

    Verdict(int reason) {
        this.reason = reason;
    }

    /// The value of Failure Reason (0008,1197); 0 where it is kept.
    public int reason() {
        return reason;
    }

    static Verdict of(int reason) {
        for (Verdict verdict : values()) {
            if (verdict.reason == reason) {
                return verdict;
            }
        }
        throw new IllegalArgumentException("no verdict has the reason " + reason);
    }
}
