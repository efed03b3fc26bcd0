package org.isocenter.server.api;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.JsonContent;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.PartitionRows.Settings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The settings of a data partition in JSON. A field that is left out, or null, is as everywhere.
final class PartitionSettings {
    private static final int BODY_MAX_BYTES = 4_096;
    private static final int DISPLAY_NAME_MAX = 256;

    private static final String DISPLAY_NAME = "displayName";
    private static final String QUOTA = "quota";
    private static final String BYTES = "bytes";
    private static final String INSTANCES = "instances";
    private static final String RETENTION = "retention";
    private static final String DELETED = "deleted";
    private static final String VERSIONS = "versions";
    private static final String STORAGE_CLASS = "storageClass";

    /// What the settings `retention.deleted` and `retention.versions` may be at most.
    private static final Duration DELETED_MAX = Duration.ofDays(3_650);

    private static final Duration VERSIONS_MAX = Duration.ofDays(36_500);

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smhd])");

    private PartitionSettings() {}

    /// What the body of a request says.
    ///
    /// @param classes the storage classes that there are
    static Settings read(Exchange exchange, List<String> classes) throws IOException {
        JsonNode json = JsonContent.readIfAny(exchange, BODY_MAX_BYTES, "malformed-body");
        if (json == null) {
            return Settings.DEFAULT;
        }
        requireFields(json, "a data partition", Set.of(DISPLAY_NAME, QUOTA, RETENTION, STORAGE_CLASS));
        JsonNode quota = object(json, QUOTA, Set.of(BYTES, INSTANCES));
        JsonNode retention = object(json, RETENTION, Set.of(DELETED, VERSIONS));
        return new Settings(
                displayName(json),
                duration(retention, RETENTION, DELETED, DELETED_MAX),
                duration(retention, RETENTION, VERSIONS, VERSIONS_MAX),
                number(quota, BYTES),
                number(quota, INSTANCES),
                storageClass(json, classes));
    }

    static void write(Settings settings, ObjectNode json) {
        if (settings.displayName() != null) {
            json.put(DISPLAY_NAME, settings.displayName());
        }
        if (settings.bytesMax() != null || settings.instancesMax() != null) {
            ObjectNode quota = json.putObject(QUOTA);
            write(quota, BYTES, settings.bytesMax());
            write(quota, INSTANCES, settings.instancesMax());
        }
        if (settings.deleted() != null || settings.versions() != null) {
            ObjectNode retention = json.putObject(RETENTION);
            write(retention, DELETED, settings.deleted());
            write(retention, VERSIONS, settings.versions());
        }
        if (settings.storageClass() != null) {
            json.put(STORAGE_CLASS, settings.storageClass());
        }
    }

    private static void requireFields(JsonNode json, String what, Set<String> fields) {
        if (!json.isObject()) {
            throw invalid(what + " is an object");
        }
        if (!fields.containsAll(json.propertyNames())) {
            throw invalid("of " + what + " one sets "
                    + String.join(", ", fields.stream().sorted().toList()) + " and nothing else");
        }
    }

    private static JsonNode object(JsonNode json, String name, Set<String> fields) {
        JsonNode object = json.path(name);
        if (!object.isMissingNode() && !object.isNull()) {
            requireFields(object, name, fields);
        }
        return object;
    }

    private static @Nullable String displayName(JsonNode json) {
        JsonNode displayName = json.path(DISPLAY_NAME);
        if (displayName.isMissingNode() || displayName.isNull()) {
            return null;
        }
        String text = displayName.isString() ? displayName.asString().strip() : "";
        if (text.isEmpty() || text.length() > DISPLAY_NAME_MAX || text.chars().anyMatch(Character::isISOControl)) {
            throw invalid("displayName is a text of 1 to " + DISPLAY_NAME_MAX + " characters");
        }
        return text;
    }

    private static @Nullable String storageClass(JsonNode json, List<String> classes) {
        JsonNode storageClass = json.path(STORAGE_CLASS);
        if (storageClass.isMissingNode() || storageClass.isNull()) {
            return null;
        }
        if (!storageClass.isString() || !classes.contains(storageClass.asString())) {
            throw new Refusal(
                    400,
                    "unknown-storage-class",
                    "storageClass is one of those that storage.classes names: " + String.join(", ", classes));
        }
        return storageClass.asString();
    }

    private static @Nullable Long number(JsonNode json, String name) {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
            throw invalid(QUOTA + "." + name + " is a whole number that is not negative");
        }
        return value.asLong();
    }

    private static void write(ObjectNode json, String name, @Nullable Long number) {
        if (number != null) {
            json.put(name, number);
        }
    }

    private static @Nullable Duration duration(JsonNode json, String parent, String name, Duration max) {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        Matcher matcher = DURATION.matcher(value.isString() ? value.asString() : "");
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "d" -> Duration.ofDays(amount);
                case "h" -> Duration.ofHours(amount);
                case "m" -> Duration.ofMinutes(amount);
                default -> Duration.ofSeconds(amount);
            };
            if (duration.compareTo(max) <= 0) {
                return duration;
            }
        }
        throw invalid(parent + "." + name + " is a duration such as 30m, 12h or 3d of at most " + max.toDays() + "d");
    }

    private static void write(ObjectNode json, String name, @Nullable Duration duration) {
        if (duration != null) {
            long seconds = duration.toSeconds();
            json.put(
                    name,
                    seconds % 86_400 == 0
                            ? seconds / 86_400 + "d"
                            : seconds % 3_600 == 0
                                    ? seconds / 3_600 + "h"
                                    : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s");
        }
    }

    private static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-body", detail);
    }
}
