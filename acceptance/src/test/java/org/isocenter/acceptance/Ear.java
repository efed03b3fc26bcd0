package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The far end of a channel on which subscribers of workitems are told (PS3.18 8.10.5).
final class Ear implements WebSocket.Listener, AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String STATUS = "4";
    private static final long PATIENCE_SECONDS = 20;

    /// What came over a channel. It holds elements of commands, which are no part of a data set.
    record Report(JsonNode json) {
        String text(int tag) {
            return json.path(Tags.hex(tag)).path("Value").path(0).asString("");
        }

        int items(int tag) {
            return json.path(Tags.hex(tag)).path("Value").size();
        }
    }

    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    Ear(String url) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(url), this)
                .join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            reports.add(new Report(MAPPER.readTree(text.toString())));
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    /// The next report that is about a workitem.
    Report next() throws InterruptedException {
        while (true) {
            Report report = reports.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(report).as("a report").isNotNull();
            if (report != null && !report.text(Tag.EventTypeID).equals(STATUS)) {
                return report;
            }
        }
    }

    /// Every report that has come when one about the workitem has.
    List<Report> until(String uid) throws InterruptedException {
        List<Report> seen = new ArrayList<>();
        do {
            seen.add(next());
        } while (!uid.equals(seen.getLast().text(Tag.AffectedSOPInstanceUID)));
        return seen;
    }

    /// Says something that nobody asked for.
    void say(String words) {
        socket.sendText(words, true).join();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
