package org.isocenter.server.archive;

import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.Folder;
import org.isocenter.server.blob.Folders;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.Draft;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Has what lies in a folder of the server, or in a bucket that it can read, taken in, by an operation.
public final class Import {
    public static final String KIND = "import";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final List<ImportSource> sources;
    private final Folders folders;
    private final Operations operations;

    /// @param sources that may be read
    /// @param folders those of them that are folders
    public Import(List<ImportSource> sources, Folders folders, Operations operations) {
        this.sources = sources;
        this.folders = folders;
        this.operations = operations;
    }

    /// What to take in.
    ///
    /// @param source its name
    /// @param path within it, empty for all of it
    /// @param inPlace whether the files stay where they are and the archive has links to them
    /// @param partition the name of the data partition, or null for the one without a name
    /// @param strict whether a bad value that searches find an instance by is a reason to refuse it
    public record Order(
            String source,
            String path,
            boolean inPlace,
            @Nullable String partition,
            boolean strict) {
        String json() {
            return MAPPER.writeValueAsString(MAPPER.createObjectNode()
                    .put("source", source)
                    .put("path", path)
                    .put("inPlace", inPlace)
                    .put("partition", partition)
                    .put("strict", strict));
        }

        static Order parse(String json) {
            JsonNode order = MAPPER.readTree(json);
            return new Order(
                    order.get("source").asString(),
                    order.get("path").asString(),
                    order.get("inPlace").asBoolean(),
                    order.get("partition").isNull()
                            ? null
                            : order.get("partition").asString(),
                    order.get("strict").asBoolean());
        }
    }

    /// What became of an order.
    public sealed interface Begun {
        /// An operation does it.
        record Started(Operation operation) implements Begun {}

        /// No source of this name may be read.
        record UnknownSource() implements Begun {}

        /// The source is of another kind than was said.
        record OtherKind(String type) implements Begun {}

        /// There is no folder at this path.
        record NoFolder() implements Begun {}

        /// What lies in a bucket cannot be left in its place.
        record NeedsFolder() implements Begun {}
    }

    /// @param type of the source, or null where nothing is said of it
    public Begun begin(Caller caller, Order order, @Nullable String type) {
        ImportSource source = find(order.source());
        if (source == null) {
            return new Begun.UnknownSource();
        }
        if (type != null && !type.equals(source.kind().type())) {
            return new Begun.OtherKind(source.kind().type());
        }
        Folder folder = folders.find(source.name());
        if (!Folder.isPath(order.path()) || folder != null && !folder.holds(order.path())) {
            return new Begun.NoFolder();
        }
        if (folder == null && order.inPlace()) {
            return new Begun.NeedsFolder();
        }
        return new Begun.Started(operations.create(caller, new Draft(KIND, order.json(), List.of(), List.of())));
    }

    private @Nullable ImportSource find(String name) {
        for (ImportSource source : sources) {
            if (source.name().equals(name)) {
                return source;
            }
        }
        return null;
    }
}
