package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Export;
import org.isocenter.server.archive.ExportOrder;
import org.isocenter.server.archive.ExportOrder.Format;
import org.isocenter.server.archive.ExportOrder.Identifier;
import org.isocenter.server.archive.ExportOrder.Source;
import org.isocenter.server.export.Destination;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.JsonContent;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.Matching;
import org.isocenter.server.objects.AzureContainer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads what is to be exported and where to, member by member, and refuses what cannot be meant.
final class ExportBody {
    private static final int BODY_BYTES_MAX = 1 << 20;
    private static final int VALUES_MAX = 1_000;
    private static final int TEXT_CHARACTERS_MAX = 65 * Matching.VALUES_MAX;

    private final Export export;
    private final QueryParser parser;

    ExportBody(Export export, QueryParser parser) {
        this.export = export;
        this.parser = parser;
    }

    ExportOrder read(Caller caller, Exchange exchange) throws IOException {
        JsonNode json = json(exchange);
        members(json, "the body", "source", "sources", "destination", "format", "transferSyntax");
        if (json.has("source") == json.has("sources")) {
            throw invalid("the body has a source");
        }
        Source source = source(caller, json.has("source") ? json.get("source") : json.get("sources"));
        Destination destination = destination(json.get("destination"));
        Format format = format(text(json, "format", "files"));
        if (format == Format.ZIP && destination.kind() == Destination.Kind.DICOMWEB) {
            throw invalid("a DICOMweb server takes instances and no ZIP");
        }
        return new ExportOrder(source, destination.name(), format, syntax(json));
    }

    private Source source(Caller caller, JsonNode json) {
        members(json, "source", "type", "settings");
        JsonNode settings = json.path("settings");
        return switch (text(json, "type", "").toLowerCase(Locale.ROOT)) {
            case "identifiers" -> named(settings);
            case "query" -> found(caller, settings);
            case "cohort" -> frozen(caller, settings);
            default -> throw invalid("the type of a source is identifiers, query or cohort");
        };
    }

    private static Source named(JsonNode settings) {
        members(settings, "the settings of the source", "values");
        JsonNode values = settings.path("values");
        if (!values.isArray() || values.isEmpty() || values.size() > VALUES_MAX) {
            throw invalid("values is an array of 1 to " + VALUES_MAX + " identifiers");
        }
        List<Identifier> identifiers = new ArrayList<>();
        for (JsonNode value : values) {
            Identifier identifier = value.isString() ? Identifier.find(value.asString()) : null;
            if (identifier == null) {
                throw invalid("value " + (identifiers.size() + 1)
                        + " is no study, study/series or study/series/instance by UIDs");
            }
            identifiers.add(identifier);
        }
        return new Source.Named(identifiers);
    }

    private Source found(Caller caller, JsonNode settings) {
        members(settings, "the settings of the source", "query", "level");
        Level level = level(text(settings, "level", "study"));
        String text = text(settings, "query", "");
        Query query = Query.parse(text.startsWith("?") ? text.substring(1) : text, TEXT_CHARACTERS_MAX);
        for (Query.Parameter parameter : query.parameters()) {
            if (Set.of("limit", "offset", "orderby", "includefield", "includetotal")
                    .contains(parameter.name())) {
                throw invalid("an export takes all that the query finds: it has no " + parameter.name());
            }
        }
        if (query.parameters().isEmpty()) {
            throw invalid("query is a search such as PatientID=4711&StudyDate=20260101-20260131");
        }
        return new Source.Found(parser.parse(caller, query, level));
    }

    private static Level level(String text) {
        for (Level level : Level.values()) {
            if (level.name().equals(text.toUpperCase(Locale.ROOT))) {
                return level;
            }
        }
        throw invalid("level is study, series or instance");
    }

    private Source frozen(Caller caller, JsonNode settings) {
        members(settings, "the settings of the source", "cohort", "snapshot");
        String cohort = text(settings, "cohort", "");
        JsonNode snapshot = settings.path("snapshot");
        if (!cohort.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}") || !snapshot.isInt()) {
            throw invalid("cohort is the id of a cohort, and snapshot the number of one of its snapshots");
        }
        Source.Frozen frozen = new Source.Frozen(UUID.fromString(cohort), snapshot.asInt());
        if (!export.hasSnapshot(caller, frozen.cohort(), frozen.snapshot())) {
            throw invalid("there is no such cohort or snapshot");
        }
        return frozen;
    }

    private Destination destination(@Nullable JsonNode json) {
        if (json == null) {
            throw invalid("the body has a destination");
        }
        members(json, "destination", "type", "settings");
        Destination.Kind kind = Destination.Kind.find(text(json, "type", ""));
        if (kind == null) {
            throw invalid("the type of a destination is "
                    + Stream.of(Destination.Kind.values())
                            .map(Destination.Kind::type)
                            .collect(Collectors.joining(", ")));
        }
        Destination destination = destination(kind, json.path("settings"));
        if (destination == null || destination.kind() != kind) {
            throw new Refusal(
                    400,
                    "unknown-destination",
                    "no destination of this type and of this name or address is configured; whoever runs the server lists"
                            + " destinations in export.destinations, such as nas=folder:/mnt/export or"
                            + " azure=azureBlob:https://account.blob.core.windows.net/container");
        }
        return destination;
    }

    /// Containers may be named by their addresses, as the compatible API has it. What such an address or a
    /// connection string has to give access is not used, and kept nowhere.
    private @Nullable Destination destination(Destination.Kind kind, JsonNode settings) {
        if (kind != Destination.Kind.AZURE_BLOB || settings.has("name")) {
            members(settings, "the settings of the destination", "name");
            return export.findDestination(text(settings, "name", ""));
        }
        members(
                settings,
                "the settings of the destination",
                "name",
                "blobContainerUri",
                "connectionString",
                "blobContainerName",
                "useManagedIdentity");
        String address = text(settings, "blobContainerUri", "");
        AzureContainer container = address.isEmpty()
                ? AzureContainer.find(text(settings, "connectionString", ""), text(settings, "blobContainerName", ""))
                : AzureContainer.find(address);
        return container == null ? null : export.findDestination(container);
    }

    private static Format format(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "files" -> Format.FILES;
            case "zip" -> Format.ZIP;
            default -> throw invalid("format is files or zip");
        };
    }

    private static @Nullable TransferSyntax syntax(JsonNode json) {
        String text = text(json, "transferSyntax", "*");
        if (text.equals("*")) {
            return null;
        }
        TransferSyntax syntax = TransferSyntax.find(text);
        if (syntax == null) {
            throw invalid("transferSyntax is the UID of a transfer syntax, or * for that of each instance");
        }
        return syntax;
    }

    private static void members(JsonNode json, String what, String... names) {
        if (!json.isObject()) {
            throw invalid(what + " is an object");
        }
        for (String name : json.propertyNames()) {
            if (!List.of(names).contains(name)) {
                throw invalid(what + " has no other members than " + String.join(", ", names));
            }
        }
    }

    private static String text(JsonNode json, String name, String otherwise) {
        JsonNode value = json.get(name);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isString()) {
            throw invalid(name + " is a string");
        }
        return value.asString();
    }

    private static JsonNode json(Exchange exchange) throws IOException {
        return JsonContent.read(exchange, BODY_BYTES_MAX, "invalid-export");
    }

    private static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-export", detail);
    }
}
