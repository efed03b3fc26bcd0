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

/// Has what lies in a folder of the server taken in, by an operation.
public final class Import {
    public static final String KIND = "import";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Folders folders;
    private final Operations operations;

    /// @param folders that may be read
    public Import(Folders folders, Operations operations) {
        this.folders = folders;
        this.operations = operations;
    }

    /// What to take in.
    ///
    /// @param folder the name of the folder
    /// @param path within it, empty for all of it
    /// @param inPlace whether the files stay where they are and the archive has links to them
    /// @param partition the name of the data partition, or null for the one without a name
    /// @param strict whether a bad value that searches find an instance by is a reason to refuse it
    public record Order(
            String folder,
            String path,
            boolean inPlace,
            @Nullable String partition,
            boolean strict) {
        String json() {
            return MAPPER.writeValueAsString(MAPPER.createObjectNode()
                    .put("folder", folder)
                    .put("path", path)
                    .put("inPlace", inPlace)
                    .put("partition", partition)
                    .put("strict", strict));
        }

        static Order parse(String json) {
            JsonNode order = MAPPER.readTree(json);
            return new Order(
                    order.get("folder").asString(),
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

        /// No folder of this name may be read.
        record UnknownFolder() implements Begun {}

        /// There is no folder at this path.
        record NoFolder() implements Begun {}
    }

    public Begun begin(Caller caller, Order order) {
        Folder folder = folders.find(order.folder());
        if (folder == null) {
            return new Begun.UnknownFolder();
        }
        if (!Folder.isPath(order.path()) || !folder.holds(order.path())) {
            return new Begun.NoFolder();
        }
        return new Begun.Started(operations.create(caller, new Draft(KIND, order.json(), List.of(), List.of())));
    }
}
