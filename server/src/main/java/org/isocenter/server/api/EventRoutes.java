package org.isocenter.server.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Events;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.ResponseBody;
import org.isocenter.server.push.EventFilter;
import org.isocenter.server.push.Notice;
import org.jspecify.annotations.Nullable;

/// Events as they happen, as a stream of server-sent events (HTML, section 9.2).
///
/// The id of an event is its position, so a client that comes back with `Last-Event-ID` goes on where it
/// was. What is written waits for the client to take it; nothing is gathered for one that does not.
final class EventRoutes {
    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final int PAGE = 200;

    /// A client that has gone is noticed at the second line that it does not take.
    private static final Duration BEAT = Duration.ofMillis(400);

    private final Events events;
    private final int streamsMax;
    private final Semaphore room;

    /// @param streamsMax how many there may be at a time
    EventRoutes(Events events, int streamsMax) {
        this.events = events;
        this.streamsMax = streamsMax;
        this.room = new Semaphore(streamsMax);
    }

    void stream(Exchange exchange) throws IOException {
        Parameters parameters =
                Parameters.of(exchange, "after", FeedFilters.PARTITION, FeedFilters.MODALITY, FeedFilters.ACTION);
        EventFilter filter = FeedFilters.ofEvents(parameters);
        Long after = findAfter(exchange, parameters);
        if (!room.tryAcquire()) {
            throw new Refusal(503, "too-many-streams", "there are " + streamsMax + " streams of events already");
        }
        try {
            long position = after == null ? events.latest(Caller.anyone()) : after;
            exchange.header("Cache-Control", "no-store").header("X-Accel-Buffering", "no");
            ResponseBody body = exchange.begin(200, "text/event-stream", -1);
            if (!exchange.method().equals("HEAD")) {
                send(body, filter, position);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            room.release();
        }
    }

    private void send(ResponseBody body, EventFilter filter, long after) throws IOException, InterruptedException {
        long position = after;
        write(body, "retry: 1000\nid: " + position + "\n\n");
        body.flush();
        while (!events.isClosed()) {
            List<Notice> page = events.after(Caller.anyone(), position, PAGE);
            long told = position;
            for (Notice notice : filter.of(page)) {
                told = notice.event().position();
                write(body, "id: " + told + "\ndata: " + notice.json() + "\n\n");
            }
            if (!page.isEmpty()) {
                position = page.getLast().event().position();
            }
            if (told < position) {
                // An id without data moves the client on and is no event.
                write(body, "id: " + position + "\n\n");
            } else if (page.isEmpty()) {
                write(body, ":\n\n");
            }
            body.flush();
            if (page.size() < PAGE) {
                events.await(position, BEAT);
            }
        }
    }

    /// Where the client was, or null where it begins with what happens next.
    private static @Nullable Long findAfter(Exchange exchange, Parameters parameters) {
        String last = exchange.header(LAST_EVENT_ID);
        if (last == null) {
            return parameters.findText("after") == null ? null : parameters.number("after", 0, 0, Long.MAX_VALUE);
        }
        if (!last.matches("\\d{1,18}")) {
            throw new Refusal(400, "malformed-header", "Last-Event-ID is the id of an event of this stream");
        }
        return Long.parseLong(last);
    }

    private static void write(ResponseBody body, String text) throws IOException {
        body.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
