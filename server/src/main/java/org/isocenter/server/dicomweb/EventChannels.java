package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Mailing;
import org.isocenter.server.http.Channel;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.telemetry.UnavailableException;
import org.isocenter.server.worklist.EventReport;
import org.isocenter.server.worklist.Subscriptions.Waiting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The channels on which application entities are told of events (PS3.18 8.10.4 and 8.10.5).
///
/// Reports wait in the database. For each application entity that has a channel here a virtual thread takes
/// the oldest, sends them and has them forgotten, in this order, so that a report may come twice and is
/// never lost. It is rung for when this process has left a report, and looks every second for what other
/// servers of the archive have.
final class EventChannels {
    private static final Logger LOG = LoggerFactory.getLogger(EventChannels.class);
    private static final int AT_ONCE = 16;

    /// Of more titles nobody remembers that they were greeted, and they are again.
    private static final int GREETED_MAX = 10_000;

    private static final int LOOK_SECONDS = 1;

    private final Mailing mailing;
    private final ConcurrentMap<Receiver, Line> lines = new ConcurrentHashMap<>();
    private final Set<Receiver> greeted = ConcurrentHashMap.newKeySet();

    EventChannels(Mailing mailing) {
        this.mailing = mailing;
        mailing.onReports(() -> lines.values().forEach(line -> line.bell.release()));
    }

    /// Who is told.
    private record Receiver(Caller caller, String aet) {}

    /// The channels of a receiver.
    private static final class Line {
        private final List<Channel> channels = new CopyOnWriteArrayList<>();
        private final Semaphore bell = new Semaphore(0);
    }

    /// Makes a channel of the request. What waits for the application entity is sent on it, then how the
    /// workitems stand to which it is subscribed, then what happens.
    void open(Exchange exchange, Caller caller, String aet) {
        exchange.openChannel(channel -> add(new Receiver(caller, aet), channel));
    }

    private void add(Receiver receiver, Channel channel) {
        try {
            if (greeted.size() >= GREETED_MAX || greeted.add(receiver)) {
                channel.send(EventReport.status(false).json());
            }
            mailing.leaveStates(receiver.caller, receiver.aet);
        } catch (IOException gone) {
            return;
        } catch (UnavailableException unavailable) {
            LOG.warn("how the workitems stand could not be told: {}", unavailable.getMessage());
        } catch (RuntimeException failure) {
            LOG.error("how the workitems stand could not be told", failure);
        }
        lines.compute(receiver, (key, line) -> {
            Line joined = line == null ? new Line() : line;
            joined.channels.add(channel);
            if (line == null) {
                Thread.ofVirtual().name("events").start(() -> tell(receiver, joined));
            }
            joined.bell.release();
            return joined;
        });
    }

    private void tell(Receiver receiver, Line line) {
        boolean listening = true;
        while (listening) {
            try {
                while (send(receiver, line)) {
                    line.bell.drainPermits();
                }
            } catch (UnavailableException unavailable) {
                LOG.warn("events wait: {}", unavailable.getMessage());
            } catch (RuntimeException failure) {
                LOG.error("events wait", failure);
            }
            listening = await(line) && !leave(receiver, line);
        }
    }

    /// @return whether a report was sent, so that there may be more
    private boolean send(Receiver receiver, Line line) {
        if (line.channels.stream().noneMatch(Channel::isOpen)) {
            return false;
        }
        List<Waiting> sent = new ArrayList<>();
        for (Waiting waiting : mailing.waiting(receiver.caller, receiver.aet, AT_ONCE)) {
            if (!send(line, waiting.report())) {
                break;
            }
            sent.add(waiting);
        }
        if (!sent.isEmpty()) {
            mailing.sent(receiver.caller, sent);
        }
        return !sent.isEmpty();
    }

    /// @return whether any channel took it
    private static boolean send(Line line, byte[] report) {
        boolean taken = false;
        for (Channel channel : line.channels) {
            try {
                channel.send(report);
                taken = true;
            } catch (IOException gone) {
                line.channels.remove(channel);
            }
        }
        return taken;
    }

    private static boolean await(Line line) {
        try {
            if (line.bell.tryAcquire(LOOK_SECONDS, TimeUnit.SECONDS)) {
                line.bell.drainPermits();
            }
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Takes the line away if nobody listens on it any more.
    private boolean leave(Receiver receiver, Line line) {
        line.channels.removeIf(channel -> !channel.isOpen());
        return lines.compute(receiver, (key, now) -> now == line && line.channels.isEmpty() ? null : now) != line;
    }
}
