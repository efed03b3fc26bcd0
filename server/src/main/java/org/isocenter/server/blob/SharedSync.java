package org.isocenter.server.blob;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One sync for many: callers that arrive while a sync is under way share the next one, which one of them leads.
/// The sync a caller waits for has always begun after the caller came.
final class SharedSync {
    private static final class Round {
        boolean done;

        @Nullable
        IOException failure;
    }

    private final Uninterrupted.Work action;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition roundOver = lock.newCondition();
    private Round gathering = new Round();
    private boolean running;

    SharedSync(Uninterrupted.Work action) {
        this.action = action;
    }

    void sync() throws IOException {
        lock.lock();
        try {
            Round mine = gathering;
            while (running && !mine.done) {
                roundOver.awaitUninterruptibly();
            }
            if (!mine.done) {
                lead(mine);
            }
            if (mine.failure != null) {
                throw new IOException(mine.failure);
            }
        } finally {
            lock.unlock();
        }
    }

    private void lead(Round mine) {
        running = true;
        gathering = new Round();
        lock.unlock();
        @Nullable IOException failure = new IOException("the sync did not end");
        try {
            Uninterrupted.run(action);
            failure = null;
        } catch (IOException e) {
            failure = e;
        } finally {
            lock.lock();
            running = false;
            mine.done = true;
            mine.failure = failure;
            roundOver.signalAll();
        }
    }
}
