package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/// Work that one thread does for others and that the interruption of this one thread must not spoil.
///
/// A thread that is interrupted inside a file channel finds the channel closed. The work is then done again
/// from the beginning, so it must open its channels itself, and the thread is told of the interruption
/// afterwards.
final class Uninterrupted {
    interface Work {
        void run() throws IOException;
    }

    private Uninterrupted() {}

    static void run(Work work) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    work.run();
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
