package org.isocenter.server.api;

import java.io.IOException;
import java.util.Set;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Import;
import org.isocenter.server.archive.Import.Begun;
import org.isocenter.server.archive.Import.Order;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.JsonContent;
import org.isocenter.server.http.Refusal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Has a folder of the server or a bucket imported:
/// `{"source": {"type": "folder", "settings": {"name": "NAME", "path": "2019"}}, "mode": "copy"}`.
final class ImportRoutes {
    private static final int BODY_BYTES_MAX = 64 << 10;
    private static final int TEXT_CHARACTERS_MAX = 8_192;

    private final Import importing;
    private final OperationRoutes operations;
    private final boolean strict;

    /// @param strict whether a bad value that searches find an instance by is a reason to refuse it
    ImportRoutes(Import importing, OperationRoutes operations, boolean strict) {
        this.importing = importing;
        this.operations = operations;
        this.strict = strict;
    }

    /// @param partition the data partition to import into, or null for the one without a name
    void begin(Exchange exchange, @Nullable String partition) throws IOException {
        Parameters.of(exchange);
        JsonNode json = json(exchange);
        Order order = order(json, partition);
        switch (importing.begin(Caller.anyone(), order, findText(json.path("source"), "type", "source.type"))) {
            case Begun.Started started -> operations.sendBegun(exchange, started.operation());
            case Begun.UnknownSource unknown ->
                throw new Refusal(
                        400,
                        "unknown-source",
                        "the server knows no source of this name: its setting import.sources lists what may be imported,"
                                + " as NAME=KIND:ADDRESS");
            case Begun.OtherKind other -> throw invalid("source.type of this source is " + other.type());
            case Begun.NoFolder none ->
                throw new Refusal(
                        400,
                        "no-such-folder",
                        "there is no folder at this path: it is names parted by /, none of which leads upwards or is a"
                                + " symbolic link");
            case Begun.NeedsFolder bucket ->
                throw new Refusal(
                        400,
                        "in-place-needs-folder",
                        "in-place needs a folder: what lies in a bucket or a container can only be copied");
        }
    }

    private Order order(JsonNode json, @Nullable String partition) {
        requireMembers(json, Set.of("source", "mode"), "the body has the members source and mode");
        JsonNode source = json.path("source");
        requireMembers(source, Set.of("type", "settings"), "source has the members type and settings");
        JsonNode settings = source.path("settings");
        requireMembers(settings, Set.of("name", "path"), "source.settings has the members name and path");
        String name = findText(settings, "name", "source.settings.name");
        if (name == null) {
            throw invalid("source.settings.name is a name in the setting import.sources");
        }
        String path = findText(settings, "path", "source.settings.path");
        return new Order(name, path == null ? "" : path, inPlace(json), partition, strict);
    }

    private static boolean inPlace(JsonNode json) {
        String mode = findText(json, "mode", "mode");
        if (mode == null || mode.equals("copy")) {
            return false;
        }
        if (mode.equals("inPlace")) {
            return true;
        }
        throw invalid("mode is copy or inPlace");
    }

    private static void requireMembers(JsonNode json, Set<String> members, String rule) {
        if (!json.isObject() || !members.containsAll(json.propertyNames())) {
            throw invalid(rule);
        }
    }

    private static @Nullable String findText(JsonNode json, String name, String where) {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString() || value.asString().length() > TEXT_CHARACTERS_MAX) {
            throw invalid(where + " is a text");
        }
        return value.asString();
    }

    private static JsonNode json(Exchange exchange) throws IOException {
        return JsonContent.read(exchange, BODY_BYTES_MAX, "malformed-body");
    }

    private static Refusal invalid(String rule) {
        return new Refusal(400, "invalid-body", rule);
    }
}
