package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Uids;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.SearchText;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What is to be exported, where to, and how.
///
/// @param destination the name of one that the operator has configured
/// @param syntax what instances are converted to where that can be; null for whatever they are stored in
public record ExportOrder(
        Source source,
        String destination,
        Format format,
        @Nullable TransferSyntax syntax) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// Where the instances come from.
    public sealed interface Source {
        /// What somebody has named.
        record Named(List<Identifier> identifiers) implements Source {
            public Named {
                identifiers = identifiers.stream().distinct().sorted().toList();
            }

            /// Those that do not lie in another one, so that each instance is met once.
            List<Identifier> outermost() {
                List<Identifier> outermost = new ArrayList<>();
                for (Identifier one : identifiers) {
                    if (outermost.isEmpty() || !outermost.getLast().holds(one)) {
                        outermost.add(one);
                    }
                }
                return outermost;
            }
        }

        /// What a search finds, of whatever level.
        record Found(Search search) implements Source {}

        /// What a snapshot of a cohort has frozen, as far as it is still what it was.
        record Frozen(UUID cohort, int snapshot) implements Source {}
    }

    /// What the files of an export are.
    public enum Format {
        /// A file for each instance.
        FILES,
        /// A file-set in a ZIP for each study, series or instance that is named or found.
        ZIP
    }

    /// A study, or a series or an instance of it.
    public record Identifier(
            String study, @Nullable String series, @Nullable String instance) implements Comparable<Identifier> {
        private static final Comparator<Identifier> ORDER = Comparator.comparing(Identifier::study)
                .thenComparing(one -> String.valueOf(one.series == null ? "" : one.series))
                .thenComparing(one -> String.valueOf(one.instance == null ? "" : one.instance));

        /// UIDs parted by slashes, as the compatible API has them; null where the text is nothing of the
        /// kind.
        public static @Nullable Identifier find(String text) {
            String[] uids = text.split("/", -1);
            if (uids.length > 3) {
                return null;
            }
            for (int i = 0; i < uids.length; i++) {
                if (!Uids.readable(uids[i])) {
                    return null;
                }
            }
            return new Identifier(uids[0], uids.length > 1 ? uids[1] : null, uids.length > 2 ? uids[2] : null);
        }

        boolean holds(Identifier other) {
            return study.equals(other.study)
                    && (series == null
                            || series.equals(other.series) && (instance == null || instance.equals(other.instance)));
        }

        String text() {
            return study + (series == null ? "" : "/" + series) + (instance == null ? "" : "/" + instance);
        }

        @Override
        public int compareTo(Identifier other) {
            return ORDER.compare(this, other);
        }
    }

    /// The order as the input of an operation.
    String write() {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("destination", destination);
        json.put("format", format.name());
        if (syntax != null) {
            json.put("syntax", syntax.uid());
        }
        switch (source) {
            case Source.Named named -> {
                ArrayNode identifiers = json.putArray("identifiers");
                named.identifiers().forEach(one -> identifiers.add(one.text()));
            }
            case Source.Found found -> json.put("search", SearchText.write(found.search()));
            case Source.Frozen frozen ->
                json.put("cohort", frozen.cohort().toString()).put("snapshot", frozen.snapshot());
        }
        return json.toString();
    }

    /// @param input that [#write] has made
    static ExportOrder read(String input) {
        JsonNode json = MAPPER.readTree(input);
        return new ExportOrder(
                source(json),
                json.get("destination").asString(),
                Format.valueOf(json.get("format").asString()),
                json.has("syntax") ? TransferSyntax.find(json.get("syntax").asString()) : null);
    }

    private static Source source(JsonNode json) {
        if (json.has("search")) {
            return new Source.Found(SearchText.read(json.get("search").asString()));
        }
        if (json.has("cohort")) {
            return new Source.Frozen(
                    UUID.fromString(json.get("cohort").asString()),
                    json.get("snapshot").asInt());
        }
        List<Identifier> identifiers = new ArrayList<>();
        for (JsonNode one : json.get("identifiers")) {
            Identifier identifier = Identifier.find(one.asString());
            if (identifier == null) {
                throw new IllegalStateException("an export of something that has no UIDs");
            }
            identifiers.add(identifier);
        }
        return new Source.Named(identifiers);
    }
}
