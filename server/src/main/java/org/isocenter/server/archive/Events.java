package org.isocenter.server.archive;

import java.time.Duration;
import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.push.Notice;
import org.isocenter.server.push.Tail;

/// Reads events in their order: the changes of the feed, and the studies that came to rest.
public final class Events {
    private final Tail tail;

    public Events(Tail tail) {
        this.tail = tail;
    }

    /// The next events behind a position. Whoever has seen a position has seen, or can see, all below it.
    public List<Notice> after(Caller caller, long position, int limit) {
        return tail.after(position, limit);
    }

    /// The highest position that there is.
    public long latest(Caller caller) {
        return tail.latest();
    }

    /// Waits until there is something behind a position, or the time is up.
    public void await(long position, Duration longest) throws InterruptedException {
        tail.await(position, longest.toNanos());
    }

    /// Whether the server stops, so that nothing will come any more.
    public boolean isClosed() {
        return tail.isClosed();
    }
}
