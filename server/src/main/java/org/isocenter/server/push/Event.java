package org.isocenter.server.push;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Something that has happened: a change of an instance, or that a study has come to rest.
///
/// @param position in the order of the feed
/// @param partition the name of the data partition
/// @param seriesUid null where it is about a study
/// @param instanceUid null where it is about a study
/// @param modalities of the series, or of the study, in capitals
/// @param series of the study that came to rest, at that time
/// @param instances of the study that came to rest, at that time
public record Event(
        long position,
        Kind kind,
        String partition,
        String studyUid,
        @Nullable String seriesUid,
        @Nullable String instanceUid,
        List<String> modalities,
        int series,
        int instances,
        Instant occurred) {

    /// The partition that stands at the root itself.
    private static final String DEFAULT_PARTITION = "Microsoft.Default";

    /// What happened, in the order of their numbers in the database.
    public enum Kind {
        CREATED("org.isocenter.instance.created", "create"),
        DELETED("org.isocenter.instance.deleted", "delete"),
        UPDATED("org.isocenter.instance.updated", "update"),
        STABLE("org.isocenter.study.stable", "stable");

        private final String type;
        private final String action;

        Kind(String type, String action) {
            this.type = type;
            this.action = action;
        }

        /// The type in CloudEvents.
        public String type() {
            return type;
        }

        /// One word for it.
        public String action() {
            return action;
        }

        /// The kind of an action, or null where there is none.
        public static @Nullable Kind find(String action) {
            for (Kind kind : values()) {
                if (kind.action.equals(action.toLowerCase(Locale.ROOT))) {
                    return kind;
                }
            }
            return null;
        }
    }

    /// The study that it is about, which is what events are kept in order by.
    public record Study(String partition, String uid) {}

    public Study study() {
        return new Study(partition, studyUid);
    }

    /// The event in the JSON format of CloudEvents 1.0. What stands in it are UIDs, codes and names of
    /// partitions, none of which has a character that JSON escapes.
    ///
    /// @param root the address of the root of DICOMweb, which is the source; the subject is relative to it
    public String json(String root) {
        StringBuilder json = new StringBuilder(700)
                .append("{\"specversion\":\"1.0\",\"id\":\"")
                .append(position)
                .append("\",\"source\":\"")
                .append(root)
                .append("\",\"type\":\"")
                .append(kind.type)
                .append("\",\"subject\":\"")
                .append(subject())
                .append("\",\"time\":\"")
                .append(DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(occurred.atOffset(ZoneOffset.UTC)))
                .append("\",\"datacontenttype\":\"application/json\",\"data\":{\"sequence\":")
                .append(position)
                .append(",\"partitionName\":\"")
                .append(partition)
                .append("\",\"action\":\"")
                .append(kind.action)
                .append("\",\"studyInstanceUid\":\"")
                .append(studyUid);
        if (kind == Kind.STABLE) {
            json.append("\",\"modalities\":[");
            for (int i = 0; i < modalities.size(); i++) {
                json.append(i == 0 ? "\"" : ",\"").append(modalities.get(i)).append('"');
            }
            json.append("],\"series\":")
                    .append(series)
                    .append(",\"instances\":")
                    .append(instances);
        } else {
            json.append("\",\"seriesInstanceUid\":\"")
                    .append(seriesUid)
                    .append("\",\"sopInstanceUid\":\"")
                    .append(instanceUid)
                    .append('"');
            if (!modalities.isEmpty()) {
                json.append(",\"modality\":\"").append(modalities.getFirst()).append('"');
            }
        }
        return json.append("}}").toString();
    }

    private String subject() {
        String study =
                (partition.equals(DEFAULT_PARTITION) ? "" : "partitions/" + partition + "/") + "studies/" + studyUid;
        return kind == Kind.STABLE ? study : study + "/series/" + seriesUid + "/instances/" + instanceUid;
    }
}
