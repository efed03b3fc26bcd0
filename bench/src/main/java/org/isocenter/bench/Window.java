package org.isocenter.bench;

import java.time.Duration;

/// How long a measurement lasts: by time, and for what fills disks also by bytes.
record Window(Duration warmUp, Duration measured, long maxBytes) {

    Window withMaxBytes(long bytes) {
        return new Window(warmUp, measured, bytes);
    }
}
