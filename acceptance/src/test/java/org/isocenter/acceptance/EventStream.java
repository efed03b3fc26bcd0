package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client of a stream of server-sent events, which does as HTML, section 9.2.6, has it.
final class EventStream implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final HttpClient client = HttpClient.newHttpClient();
    private final BufferedReader lines;
    private String lastEventId = "";

    /// @param headers names and values by turns
    EventStream(Dicomweb root, String query, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = root.request("changefeed/events" + query, "Accept", "text/event-stream");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<java.io.InputStream> response =
                client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        // The head of the stream says where it begins.
        while (lastEventId.isEmpty()) {
            readBlock();
        }
    }

    String lastEventId() {
        return lastEventId;
    }

    /// The next event.
    JsonNode next() throws IOException {
        String data = readBlock();
        while (data.isEmpty()) {
            data = readBlock();
        }
        JsonNode event = MAPPER.readTree(data);
        assertThat(event.path("id").asString()).isEqualTo(lastEventId);
        return event;
    }

    /// Every event up to one that is about something.
    List<JsonNode> until(String subject) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        do {
            events.add(next());
        } while (!events.getLast().path("subject").asString().equals(subject));
        return events;
    }

    private String readBlock() throws IOException {
        StringBuilder data = new StringBuilder();
        String line = lines.readLine();
        while (line != null && !line.isEmpty()) {
            if (line.startsWith("id: ")) {
                lastEventId = line.substring(4);
            } else if (line.startsWith("data: ")) {
                data.append(line, 6, line.length());
            }
            line = lines.readLine();
        }
        assertThat(line).as("the stream goes on").isNotNull();
        return data.toString();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
