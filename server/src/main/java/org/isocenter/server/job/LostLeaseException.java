package org.isocenter.server.job;

/// The operation is not this process's any more: its lease ran out and another took it, or it was canceled
/// meanwhile. What was about to be written is not.
final class LostLeaseException extends RuntimeException {
    LostLeaseException() {
        super("the lease of the operation was lost", null, false, false);
    }
}
