package org.isocenter.server.blob;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/// Direct buffers of one size, used again and again. At most `kept` of them wait for use; more are allocated when
/// more are in use at once and are left to the collector afterwards.
final class Buffers {
    private final int capacityBytes;
    private final ArrayBlockingQueue<ByteBuffer> idle;

    Buffers(int capacityBytes, int kept) {
        this.capacityBytes = capacityBytes;
        this.idle = new ArrayBlockingQueue<>(kept);
    }

    ByteBuffer take() {
        ByteBuffer buffer = idle.poll();
        return buffer == null ? ByteBuffer.allocateDirect(capacityBytes) : buffer.clear();
    }

    /// Takes a buffer back, which its user must not touch any more.
    void give(ByteBuffer buffer) {
        idle.offer(buffer);
    }
}
