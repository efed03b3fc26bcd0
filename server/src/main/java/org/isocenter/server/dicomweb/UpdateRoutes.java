package org.isocenter.server.dicomweb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.JsonWriter;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Edit;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.Patients;
import org.isocenter.server.archive.Patients.Patient;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.archive.Update;
import org.isocenter.server.archive.UpdateOrder;
import org.isocenter.server.archive.Updates;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.Router;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Has attributes of studies changed: in the form of the compatible API, and, beyond it, by query, in a
/// part of a study, or so that studies belong to another patient.
public final class UpdateRoutes {
    private static final int BODY_BYTES_MAX = 1 << 20;
    private static final int FAULTS_TOLD = 10;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Updates updates;
    private final Patients patients;
    private final Partitions partitions;
    private final QueryParser queries;

    public UpdateRoutes(
            Updates updates,
            Patients patients,
            Partitions partitions,
            QueryTags tags,
            DicomwebOptions.SearchLimits limits) {
        this.updates = updates;
        this.patients = patients;
        this.partitions = partitions;
        this.queries = new QueryParser(tags, limits);
    }

    public void register(Router router) {
        for (Root version : new Root[] {Root.DICOM_WEB, Root.V1, Root.V2}) {
            for (Root root : new Root[] {version, version.inPartition()}) {
                router.on("POST", root.prefix() + "/studies/$bulkUpdate", x -> update(version, root, x));
                router.on("POST", root.prefix() + "/studies/{study}/$move", x -> move(version, root, x));
                router.on("POST", root.prefix() + "/patients/$merge", x -> merge(version, root, x));
            }
        }
    }

    private void update(Root version, Root root, Exchange exchange) throws IOException {
        if (version == Root.V1) {
            throw new Refusal(404, "not-found", "bulk update came with version 2");
        }
        Caller caller = View.of(root, partitions, exchange).caller();
        UpdateBody body = UpdateBody.read(exchange, caller, updates, queries);
        if (!body.faults().isEmpty()) {
            refuse(root, exchange, body.faults());
            return;
        }
        if (body.dryRun()) {
            send(exchange, updates.tryOut(caller, body.order()), body.order());
        } else {
            Begun.send(exchange, version, updates.begin(caller, Update.KIND, body.order()));
        }
    }

    /// The compatible API tells faults of attributes as a store does.
    private static void refuse(Root root, Exchange exchange, List<String> faults) throws IOException {
        if (root.compatible()) {
            DataSet payload = new DataSet()
                    .putItems(
                            Tag.FailedAttributesSequence,
                            faults.stream().map(StowRoutes::comment).toArray(DataSet[]::new));
            DataSetOutput.send(exchange, 400, Representation.JSON, payload);
            return;
        }
        throw new Refusal(
                400,
                "invalid-attributes",
                String.join("; ", faults.subList(0, Math.min(FAULTS_TOLD, faults.size())))
                        + (faults.size() > FAULTS_TOLD ? "; and " + (faults.size() - FAULTS_TOLD) + " more" : ""));
    }

    private void move(Root version, Root root, Exchange exchange) throws IOException {
        Caller caller = View.of(root, partitions, exchange).caller();
        String study = PathUids.study(exchange);
        JsonBody body = JsonBody.read(exchange, BODY_BYTES_MAX, "target", "reason", "dryRun");
        begin(version, exchange, caller, List.of(study), target(caller, body), body);
    }

    private void merge(Root version, Root root, Exchange exchange) throws IOException {
        Caller caller = View.of(root, partitions, exchange).caller();
        JsonBody body = JsonBody.read(exchange, BODY_BYTES_MAX, "source", "target", "reason", "dryRun");
        Patient source = patient(body.find("source"), "source");
        DataSet target = target(caller, body);
        List<String> studies = patients.studies(caller, source);
        if (studies.isEmpty()) {
            throw new Refusal(404, "not-found", "there is no study of the source patient");
        }
        begin(version, exchange, caller, studies, target, body);
    }

    private void begin(
            Root version, Exchange exchange, Caller caller, List<String> studies, DataSet target, JsonBody body)
            throws IOException {
        UpdateOrder order =
                new UpdateOrder(studies, Set.of(), Set.of(), new Edit(target, List.of()), body.findReason());
        if (body.flag("dryRun")) {
            send(exchange, updates.tryOut(caller, order), order);
        } else {
            Begun.send(exchange, version, updates.begin(caller, Update.MERGE, order));
        }
    }

    static Patient patient(@Nullable JsonNode json, String name) {
        if (json == null || !json.isObject()) {
            throw JsonBody.invalid(name + " is an object with a patientId");
        }
        for (String member : json.propertyNames()) {
            if (!List.of("patientId", "issuerOfPatientId", "attributes").contains(member)) {
                throw JsonBody.invalid(name + " has a member that is not known here");
            }
        }
        String id = JsonBody.text(json.path("patientId"), name + ".patientId", 64);
        if (id == null) {
            throw JsonBody.invalid(name + " is an object with a patientId");
        }
        return new Patient(id.strip(), JsonBody.text(json.path("issuerOfPatientId"), name + ".issuerOfPatientId", 64));
    }

    /// What studies get that are to be the target patient's.
    private DataSet target(Caller caller, JsonBody body) throws IOException {
        JsonNode json = body.find("target");
        Patient patient = patient(json, "target");
        DataSet identity = patients.identity(caller, patient);
        JsonNode more = json == null ? null : json.path("attributes");
        DataSet attributes = UpdateBody.dataSet(
                more == null || more.isMissingNode() || more.isNull() ? null : more, "target.attributes");
        for (Element element : attributes) {
            String refusal = element.tag() == Tag.SpecificCharacterSet
                    ? null
                    : Edit.refusal(element, attributes.characterSets());
            if (refusal != null) {
                throw JsonBody.invalid(Tags.format(element.tag()) + " - " + refusal);
            }
        }
        DataSet unicode = attributes.in(identity.characterSets());
        (unicode == null ? attributes : unicode).forEach(identity::put);
        return identity;
    }

    private static void send(Exchange exchange, Updates.Trial trial, UpdateOrder order) throws IOException {
        ObjectNode json = MAPPER.createObjectNode()
                .put("studies", order.studies().size())
                .put("studiesTried", trial.studies())
                .put("instancesChanged", trial.instances())
                .put("instancesUnchanged", trial.unchanged())
                .put("instancesFailing", trial.failing())
                .put("complete", trial.whole());
        ArrayNode differences = json.putArray("differences");
        for (Updates.Difference difference : trial.differences()) {
            ObjectNode one = differences.addObject().put("tag", Tags.hex(difference.tag()));
            Dictionary.Attribute attribute = Dictionary.find(difference.tag());
            if (attribute != null) {
                one.put("keyword", attribute.keyword());
            }
            set(one, "before", difference.before());
            set(one, "after", difference.after());
            one.put("instances", difference.instances());
        }
        exchange.header("Cache-Control", "no-store");
        exchange.send(200, "application/json", MAPPER.writeValueAsBytes(json));
    }

    private static void set(ObjectNode json, String name, Updates.@Nullable Told told) throws IOException {
        if (told == null) {
            return;
        }
        DataSet one = new DataSet().inherit(told.dataSet().characterSets()).put(told.element());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonWriter writer = new JsonWriter(bytes, (path, element) -> null);
        writer.write(one);
        writer.flush();
        json.set(name, MAPPER.readTree(bytes.toByteArray()).iterator().next());
    }
}
