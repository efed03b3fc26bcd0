package org.isocenter.server.cast;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isocenter.server.cast.Source.Study;
import org.isocenter.server.fhir.FhirClient;
import org.isocenter.server.fhir.FhirRefusedException;
import org.isocenter.server.fhir.FhirUnavailableException;
import org.isocenter.server.fhir.FhirVersion;
import org.isocenter.server.fhir.mapping.Endpoints;
import org.isocenter.server.fhir.mapping.MappingOptions;
import org.isocenter.server.fhir.mapping.Provenances;
import org.isocenter.server.fhir.mapping.StudyMapping;
import org.isocenter.server.fhir.mapping.StudyResources;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Brings a FHIR server up to date about one study at a time, whatever it knew before: reads the study as
/// it is now, and writes all of its resources in one transaction. Doing it twice does no more than doing it
/// once.
final class StudyWriter {
    /// What stands for instances of a study, those that refer to others first.
    private static final List<String> OWNED_R4 =
            List.of("DiagnosticReport", "DocumentReference", "Observation", "ImagingStudy", "Endpoint");

    private static final List<String> OWNED_R5 = List.of(
            "DiagnosticReport", "DocumentReference", "Observation", "ImagingSelection", "ImagingStudy", "Endpoint");

    /// A resource that this cast wrote earlier.
    private record Written(String type, String id) {}

    private final Source source;
    private final FhirClient client;
    private final CastOptions options;
    private final MappingOptions mapping;
    private final boolean byIds;
    private final boolean knowsProvenance;
    private volatile String endpoint = "";

    private StudyWriter(
            Source source,
            FhirClient client,
            CastOptions options,
            MappingOptions mapping,
            boolean byIds,
            boolean knowsProvenance) {
        this.source = source;
        this.client = client;
        this.options = options;
        this.mapping = mapping;
        this.byIds = byIds;
        this.knowsProvenance = knowsProvenance;
    }

    /// Asks the server what it can do, and says where the archive is.
    ///
    /// @throws UnfitException if it cannot do what is needed
    static StudyWriter prepare(Source source, FhirClient client, CastOptions options) {
        JsonNode capabilities = client.capabilities();
        String number = capabilities.path("fhirVersion").asString("");
        FhirVersion version = FhirVersion.find(number);
        if (version == null) {
            throw new UnfitException(client.base() + " speaks FHIR " + number + "; R4 or R5 is needed");
        }
        JsonNode rest = capabilities.path("rest").path(0);
        if (!lists(rest.path("interaction"), "code", "transaction")) {
            throw new UnfitException(client.base() + " takes no transactions");
        }
        boolean byIds = switch (options.identity()) {
            case IDS -> true;
            case IDENTIFIERS -> false;
            case AUTO -> givesWayToIds(rest);
        };
        boolean knowsProvenance = lists(rest.path("resource"), "type", "Provenance");
        if (options.tellsProvenance() && !knowsProvenance) {
            throw new UnfitException(client.base() + " has no Provenance; cast.provenance has to be off");
        }
        MappingOptions mapping = options.mapping().in(version);
        StudyWriter writer = new StudyWriter(source, client, options, mapping, byIds, knowsProvenance);
        writer.sayWhereTheArchiveIs();
        return writer;
    }

    private static boolean lists(JsonNode list, String name, String value) {
        for (JsonNode item : list) {
            if (item.path(name).asString("").equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean givesWayToIds(JsonNode rest) {
        for (JsonNode resource : rest.path("resource")) {
            if (resource.path("type").asString("").equals("ImagingStudy")) {
                return resource.path("updateCreate").asBoolean(false);
            }
        }
        return false;
    }

    FhirVersion version() {
        return mapping.version();
    }

    boolean isByIds() {
        return byIds;
    }

    /// Writes the Endpoint of the archive, which all studies refer to.
    void sayWhereTheArchiveIs() {
        ObjectNode resource = Endpoints.ofArchive(mapping);
        String id = resource.get("id").asString();
        if (byIds) {
            client.put("Endpoint/" + id, resource);
            endpoint = "Endpoint/" + id;
        } else {
            resource.remove("id");
            String token = Transaction.token(resource.get("identifier").get(0));
            JsonNode written = client.put("Endpoint?identifier=" + token, resource);
            String given = written.path("id").asString("");
            endpoint = "Endpoint/"
                    + (given.isEmpty()
                            ? onlyId("Endpoint", resource.get("identifier").get(0))
                            : given);
        }
    }

    /// Brings the server up to date about a study.
    ///
    /// @param takesAway whether it may know something that is not so any more
    void write(Study study, boolean takesAway) {
        StudyMapping read = new StudyMapping(mapping, study.uid());
        boolean[] there = {false};
        source.read(study, instance -> {
            there[0] = true;
            read.add(instance);
        });
        if (!there[0]) {
            remove(leftOver(study, List.of()));
            return;
        }
        StudyResources resources = read.finish();
        List<Written> leftOver = takesAway ? leftOver(study, resources.owned()) : List.of();
        Transaction transaction = new Transaction(byIds);
        transaction.redirect(
                "Endpoint/" + Endpoints.ofArchive(mapping).get("id").asString(), endpoint);
        addPatient(transaction, resources);
        addOrders(transaction, resources);
        resources.shared().forEach(transaction::require);
        if (options.tellsProvenance()) {
            ObjectNode provenance = Provenances.ofStudy(mapping, study.uid(), resources.owned(), Instant.now());
            transaction.require(Provenances.author(mapping));
            transaction.putByTag(provenance);
        }
        resources.owned().forEach(transaction::put);
        send(transaction.toBundle());
        remove(leftOver);
    }

    private void addPatient(Transaction transaction, StudyResources resources) {
        ObjectNode patient = resources.patient();
        if (patient == null) {
            throw new UnfitException("the patient has no identifier with a system: cast.patient-system gives one to all"
                    + " patients, cast.issuers to those of an issuer");
        }
        JsonNode identifier = patient.get("identifier").get(0);
        String reference = "Patient/" + patient.get("id").asString();
        switch (options.patients()) {
            case CREATE -> transaction.require(patient);
            case NEVER -> transaction.redirect(reference, byIdentifier("Patient", identifier));
            case LINK -> {
                String id = findOnlyId("Patient", identifier);
                if (id == null) {
                    transaction.redirect(reference, byIdentifier("Patient", identifier));
                } else {
                    transaction.redirect(reference, "Patient/" + id);
                }
            }
        }
    }

    private static ObjectNode byIdentifier(String type, JsonNode identifier) {
        ObjectNode reference = JsonNodeFactory.instance.objectNode().put("type", type);
        reference.set("identifier", identifier.deepCopy());
        return reference;
    }

    private void addOrders(Transaction transaction, StudyResources resources) {
        for (ObjectNode order : resources.orders()) {
            JsonNode identifier = order.get("identifier").get(0).deepCopy();
            String id = findOnlyId("ServiceRequest", identifier);
            if (id != null) {
                transaction.order(identifier, "ServiceRequest/" + id);
            } else if (options.createsOrders()) {
                transaction.order(
                        identifier, "ServiceRequest/" + order.get("id").asString());
                transaction.require(order);
            }
        }
    }

    private String onlyId(String type, JsonNode identifier) {
        String id = findOnlyId(type, identifier);
        if (id == null) {
            throw new FhirUnavailableException(0, type + " was written and is not found", null, null);
        }
        return id;
    }

    /// The id of the one resource with an identifier, or null where there is none.
    private @Nullable String findOnlyId(String type, JsonNode identifier) {
        JsonNode found = client.get(type + "?identifier=" + Transaction.token(identifier) + "&_elements=id&_count=2");
        List<String> ids = new ArrayList<>();
        for (JsonNode entry : found.path("entry")) {
            JsonNode resource = entry.path("resource");
            if (resource.path("resourceType").asString("").equals(type)) {
                ids.add(resource.path("id").asString());
            }
        }
        if (ids.size() > 1) {
            throw new UnfitException("several resources of type " + type + " have the identifier "
                    + identifier.path("system").asString("") + "|"
                    + identifier.path("value").asString(""));
        }
        return ids.isEmpty() ? null : ids.getFirst();
    }

    private void send(ObjectNode bundle) {
        JsonNode answer = client.post("", bundle);
        if (!answer.path("type").asString("").equals("transaction-response")
                || answer.path("entry").size() != bundle.get("entry").size()) {
            throw new FhirUnavailableException(0, "a transaction was answered with something else", null, null);
        }
    }

    /// What was written for a study earlier, and is none of these resources.
    private List<Written> leftOver(Study study, List<ObjectNode> owned) {
        Set<String> kept = new HashSet<>();
        for (ObjectNode resource : owned) {
            kept.add(Transaction.type(resource) + "/" + resource.get("id").asString());
            if (resource.path("identifier").path(0) instanceof ObjectNode identifier) {
                kept.add(Transaction.type(resource) + "?" + Transaction.token(identifier));
            }
            kept.add(Transaction.type(resource) + "?urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A"
                    + resource.get("id").asString());
        }
        ObjectNode tag = StudyMapping.tag(mapping, study.uid());
        String token = tag.get("system").asString() + "|" + tag.get("code").asString();
        List<Written> leftOver = new ArrayList<>();
        List<String> types = new ArrayList<>(mapping.version() == FhirVersion.R5 ? OWNED_R5 : OWNED_R4);
        if (knowsProvenance && (owned.isEmpty() || !options.tellsProvenance())) {
            types.addFirst("Provenance");
        }
        for (String type : types) {
            client.search(
                    type,
                    List.of(
                            Map.entry("_tag", token),
                            Map.entry("_elements", "id,identifier"),
                            Map.entry("_count", "500")),
                    entry -> {
                        JsonNode resource = entry.path("resource");
                        if (resource.path("resourceType").asString("").equals(type) && !isAmong(kept, resource)) {
                            leftOver.add(new Written(type, resource.path("id").asString()));
                        }
                    });
        }
        return leftOver;
    }

    private boolean isAmong(Set<String> kept, JsonNode resource) {
        String type = Transaction.type(resource);
        if (byIds) {
            return kept.contains(type + "/" + resource.path("id").asString(""));
        }
        for (JsonNode identifier : resource.path("identifier")) {
            if (kept.contains(type + "?" + Transaction.token(identifier))) {
                return true;
            }
        }
        return false;
    }

    /// Removes what is not so any more. What others refer to stays, and says that it does not count.
    private void remove(List<Written> written) {
        if (written.isEmpty()) {
            return;
        }
        Transaction transaction = new Transaction(byIds);
        written.forEach(one -> transaction.delete(one.type, one.id));
        try {
            send(transaction.toBundle());
        } catch (FhirUnavailableException refused) {
            if (!refused.isConflict()) {
                throw refused;
            }
            removeOneByOne(written);
        }
    }

    private void removeOneByOne(List<Written> written) {
        List<Written> left = new ArrayList<>(written);
        boolean progress = true;
        while (progress && !left.isEmpty()) {
            // One may only have been held by another that is gone now.
            progress = left.removeIf(this::isRemoved);
        }
        left.forEach(this::revoke);
    }

    private boolean isRemoved(Written one) {
        try {
            client.delete(one.type + "/" + one.id);
            return true;
        } catch (FhirUnavailableException refused) {
            if (!refused.isConflict()) {
                throw refused;
            }
            return false;
        } catch (FhirRefusedException refused) {
            if (refused.status() != 404 && refused.status() != 410) {
                throw refused;
            }
            return true;
        }
    }

    private void revoke(Written one) {
        if (one.type.equals("Provenance")) {
            // It has no status, and what it tells was so.
            return;
        }
        if (client.get(one.type + "/" + one.id) instanceof ObjectNode resource) {
            resource.put(
                    "status",
                    switch (one.type) {
                        case "ImagingStudy" -> "cancelled";
                        case "Endpoint" -> "off";
                        default -> "entered-in-error";
                    });
            client.put(one.type + "/" + one.id, resource);
        }
    }
}
