package org.isocenter.server.export;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// A server's answer to a store request: the DICOM JSON of PS3.18 I.2, as far as a sender needs it.
public record StowAnswer(List<Item> stored, List<Item> failed) {

    /// One instance of the answer.
    ///
    /// @param sopInstanceUid the instance, or null where the server could not say
    /// @param reason the warning or failure reason, zero when there is none
    /// @param comment the server's own words, empty when there are none
    public record Item(@Nullable String sopInstanceUid, int reason, String comment) {

        /// The reason in words, after its number.
        public String explain() {
            String words = REASONS.getOrDefault(reason, comment.isEmpty() ? "no reason in words" : "");
            String separator = words.isEmpty() || comment.isEmpty() ? "" : ": ";
            return reason + " " + words + separator + comment;
        }
    }

    private static final String REFERENCED_SOP_SEQUENCE = "00081199";
    private static final String FAILED_SOP_SEQUENCE = "00081198";
    private static final String REFERENCED_SOP_INSTANCE_UID = "00081155";
    private static final String WARNING_REASON = "00081196";
    private static final String FAILURE_REASON = "00081197";
    private static final String FAILED_ATTRIBUTES_SEQUENCE = "00741048";
    private static final String ERROR_COMMENT = "00000902";

    private static final int MAX_COMMENT = 500;

    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(272, "cannot be processed"),
            Map.entry(290, "the SOP class is not supported"),
            Map.entry(42752, "the server is out of resources"),
            Map.entry(43264, "failed validation"),
            Map.entry(43265, "belongs to another study than the one it was sent to"),
            Map.entry(45056, "elements were coerced"),
            Map.entry(45062, "elements were discarded"),
            Map.entry(45063, "the data set does not match its SOP class"),
            Map.entry(45070, "already stored with other content"),
            Map.entry(45071, "being stored by somebody else at this moment"),
            Map.entry(49152, "cannot be understood"),
            Map.entry(49442, "the transfer syntax is not supported"));

    private static final JsonFactory JSON = new JsonFactory();

    /// Reads an answer.
    ///
    /// @throws IOException when the connection breaks or the answer is no DICOM JSON
    public static StowAnswer read(InputStream in) throws IOException {
        List<Item> stored = new ArrayList<>();
        List<Item> failed = new ArrayList<>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), in)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the answer is no DICOM JSON");
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                switch (json.currentName()) {
                    case REFERENCED_SOP_SEQUENCE -> readItems(json, stored);
                    case FAILED_SOP_SEQUENCE -> readItems(json, failed);
                    default -> skipValue(json);
                }
            }
            return new StowAnswer(List.copyOf(stored), List.copyOf(failed));
        } catch (JacksonException e) {
            throw new IOException("the answer is no DICOM JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static void readItems(JsonParser json, List<Item> items) {
        if (!enterValues(json)) {
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                items.add(readItem(json));
            } else {
                json.skipChildren();
            }
        }
        leaveAttribute(json);
    }

    private static Item readItem(JsonParser json) {
        String uid = null;
        int reason = 0;
        StringBuilder comment = new StringBuilder();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            switch (json.currentName()) {
                case REFERENCED_SOP_INSTANCE_UID -> uid = findFirstValue(json);
                case WARNING_REASON, FAILURE_REASON -> reason = number(findFirstValue(json));
                case ERROR_COMMENT -> append(comment, findFirstValue(json));
                case FAILED_ATTRIBUTES_SEQUENCE -> readComments(json, comment);
                default -> skipValue(json);
            }
        }
        return new Item(uid, reason, comment.toString());
    }

    private static void readComments(JsonParser json, StringBuilder comments) {
        if (!enterValues(json)) {
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                continue;
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                if (json.currentName().equals(ERROR_COMMENT)) {
                    append(comments, findFirstValue(json));
                } else {
                    skipValue(json);
                }
            }
        }
        leaveAttribute(json);
    }

    /// The first of an attribute's values as text, or null when it has none. Leaves the attribute behind.
    private static @Nullable String findFirstValue(JsonParser json) {
        if (!enterValues(json)) {
            return null;
        }
        String first = null;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (first == null && json.currentToken().isScalarValue()) {
                first = json.getString();
            }
            json.skipChildren();
        }
        leaveAttribute(json);
        return first;
    }

    /// Goes into the `Value` array of an attribute. Without one, leaves the attribute behind and says false.
    private static boolean enterValues(JsonParser json) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return false;
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean values = json.currentName().equals("Value");
            if (json.nextToken() == JsonToken.START_ARRAY && values) {
                return true;
            }
            json.skipChildren();
        }
        return false;
    }

    private static void leaveAttribute(JsonParser json) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            skipValue(json);
        }
    }

    private static void skipValue(JsonParser json) {
        json.nextToken();
        json.skipChildren();
    }

    private static int number(@Nullable String text) {
        return text != null && text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }

    private static void append(StringBuilder comments, @Nullable String comment) {
        if (comment == null || comments.length() + comment.length() > MAX_COMMENT) {
            return;
        }
        comments.append(comments.isEmpty() ? "" : "; ").append(comment);
    }
}
