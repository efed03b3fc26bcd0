package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.JsonReader;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.XmlReader;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// What came back.
///
/// @param headers by their names in lower case
record Answer(int status, Map<String, List<String>> headers, byte[] body) {

    /// An archive that keeps 64 sequences within each other gives them in JSON three times as deep.
    private static final Limits LIMITS = new Limits(
            Limits.DEFAULT.nesting(),
            Limits.DEFAULT.elements(),
            Limits.DEFAULT.items(),
            Limits.DEFAULT.valueInMemoryBytes(),
            Limits.DEFAULT.fragments(),
            Limits.DEFAULT.inflateRatio(),
            Limits.DEFAULT.inflateFreeBytes(),
            Limits.DEFAULT.instanceBytes(),
            1000);

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(1000).build())
            .build();

    /// A part of a multipart body.
    record Part(Map<String, String> headers, byte[] body) {
        String type() {
            return headers.getOrDefault("content-type", "");
        }
    }

    @Nullable
    String findHeader(String name) {
        List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
        return values == null || values.isEmpty() ? null : values.getFirst();
    }

    String header(String name) {
        String value = findHeader(name);
        assertThat(value).as("the header " + name).isNotNull();
        return value == null ? "" : value;
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    Answer assertStatus(int expected) {
        assertThat(status)
                .as("the status of an answer that says: %s", beginning())
                .isEqualTo(expected);
        return this;
    }

    /// The answer is a problem (RFC 9457) with this status and this code.
    Answer assertProblem(int expected, String code) {
        assertStatus(expected);
        assertThat(header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(text()).contains("\"status\":" + expected).contains("\"code\":\"" + code + "\"");
        return this;
    }

    private String beginning() {
        return text().substring(0, Math.min(600, text().length()));
    }

    /// The tokens of a JSON text, which is one from end to end.
    int jsonTokens() {
        int tokens = 0;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            while (json.nextToken() != null) {
                tokens++;
            }
        } catch (JacksonException broken) {
            throw new AssertionError("no JSON: " + beginning(), broken);
        }
        return tokens;
    }

    /// All data sets of a JSON array.
    List<DataSet> dataSets() {
        assertThat(header("Content-Type")).startsWith("application/dicom+json");
        try {
            return JsonReader.readAll(new ByteArrayInputStream(body), LIMITS);
        } catch (IOException | MalformedException broken) {
            throw new AssertionError("no DICOM JSON: " + beginning(), broken);
        }
    }

    /// The one data set of a JSON object.
    DataSet dataSet() {
        assertThat(header("Content-Type")).startsWith("application/dicom+json");
        try {
            return JsonReader.readOne(new ByteArrayInputStream(body), LIMITS);
        } catch (IOException | MalformedException broken) {
            throw new AssertionError("no DICOM JSON: " + beginning(), broken);
        }
    }

    /// All data sets of a multipart body of XML documents.
    List<DataSet> xmlDataSets() {
        List<DataSet> dataSets = new ArrayList<>();
        for (Part part : parts()) {
            assertThat(part.type()).startsWith("application/dicom+xml");
            try {
                dataSets.add(XmlReader.read(new ByteArrayInputStream(part.body), LIMITS));
            } catch (IOException | MalformedException broken) {
                throw new AssertionError("no DICOM XML: " + new String(part.body, StandardCharsets.UTF_8), broken);
            }
        }
        return dataSets;
    }

    /// The failure items of a store.
    List<DataSet> failures() {
        return dataSet().items(Tag.FailedSOPSequence);
    }

    /// The reasons of all failures of a store.
    List<Integer> failureReasons() {
        List<Integer> reasons = new ArrayList<>();
        for (DataSet item : failures()) {
            Integer reason = item.findInt(Tag.FailureReason);
            reasons.add(reason == null ? -1 : reason);
        }
        return reasons;
    }

    /// The comments of all warnings of a store.
    List<String> warnings() {
        return dataSet().items(Tag.ReferencedSOPSequence).stream()
                .flatMap(item -> item.items(Tag.FailedAttributesSequence).stream())
                .flatMap(item -> item.strings(Tag.ErrorComment).stream())
                .toList();
    }

    /// The parts of a multipart body.
    List<Part> parts() {
        String type = header("Content-Type");
        assertThat(type).startsWith("multipart/related");
        String boundary = type.replaceAll("(?i).*boundary=\"?([^\";]+)\"?.*", "$1");
        byte[] delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[body.length + 2];
        all[0] = '\r';
        all[1] = '\n';
        System.arraycopy(body, 0, all, 2, body.length);
        List<Part> parts = new ArrayList<>();
        int at = find(all, delimiter, 0);
        while (at >= 0 && all[at + delimiter.length] != '-') {
            int next = find(all, delimiter, at + delimiter.length);
            assertThat(next).as("the boundary behind part " + parts.size()).isPositive();
            parts.add(part(all, at + delimiter.length + 2, next));
            at = next;
        }
        assertThat(at).as("the last boundary").isNotNegative();
        return parts;
    }

    private static Part part(byte[] all, int from, int to) {
        int end = find(all, "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1), from - 2);
        Map<String, String> headers = new java.util.TreeMap<>();
        String head = end < from ? "" : new String(all, from, end - from, StandardCharsets.ISO_8859_1);
        head.lines().forEach(line -> {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        });
        return new Part(headers, java.util.Arrays.copyOfRange(all, end + 4, to));
    }

    private static int find(byte[] all, byte[] what, int from) {
        for (int i = from; i + what.length <= all.length; i++) {
            if (all[i] == what[0] && java.util.Arrays.equals(all, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        return -1;
    }
}
