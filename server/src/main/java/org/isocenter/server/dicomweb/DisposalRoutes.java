package org.isocenter.server.dicomweb;

import java.io.IOException;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.DeleteOrder;
import org.isocenter.server.archive.Disposal;
import org.isocenter.server.archive.EraseOrder;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.Patients.Patient;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.archive.Updates;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.Router;
import org.isocenter.server.index.IndexRemover.Prospect;
import org.isocenter.server.job.Operation;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Has many studies deleted, and studies and patients erased.
public final class DisposalRoutes {
    private static final int BODY_BYTES_MAX = 1 << 16;

    /// Of a value of LO (PS3.5 6.2).
    private static final int PATIENT_ID_MAX = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Disposal disposal;
    private final Updates updates;
    private final Partitions partitions;
    private final QueryParser queries;

    public DisposalRoutes(
            Disposal disposal,
            Updates updates,
            Partitions partitions,
            QueryTags tags,
            DicomwebOptions.SearchLimits limits) {
        this.disposal = disposal;
        this.updates = updates;
        this.partitions = partitions;
        this.queries = new QueryParser(tags, limits);
    }

    public void register(Router router) {
        for (Root version : new Root[] {Root.DICOM_WEB, Root.V1, Root.V2}) {
            for (Root root : new Root[] {version, version.inPartition()}) {
                router.on("POST", root.prefix() + "/studies/$delete", x -> delete(version, root, x));
                router.on(
                        "POST",
                        root.prefix() + "/studies/{study}/$erase",
                        x -> erase(version, root, x, PathUids.study(x)));
                router.on("POST", root.prefix() + "/patients/$erase", x -> erase(version, root, x, null));
            }
        }
    }

    private void delete(Root version, Root root, Exchange exchange) throws IOException {
        Caller caller = View.of(root, partitions, exchange).caller();
        JsonBody body = JsonBody.read(
                exchange, MeantStudies.BYTES_MAX, MeantStudies.UIDS, MeantStudies.QUERY, "reason", "dryRun");
        DeleteOrder order = new DeleteOrder(MeantStudies.of(body, caller, updates, queries), body.findReason());
        if (!body.flag("dryRun")) {
            Begun.send(exchange, version, disposal.delete(caller, order));
            return;
        }
        Prospect prospect = disposal.foresee(caller, order);
        send(
                exchange,
                MAPPER.createObjectNode()
                        .put("studies", prospect.studies())
                        .put("instances", prospect.instances())
                        .put("studiesHeld", prospect.held())
                        .put("studiesUnknown", prospect.unknown()));
    }

    private void erase(Root version, Root root, Exchange exchange, @Nullable String study) throws IOException {
        Caller caller = View.of(root, partitions, exchange).caller();
        JsonBody body = study == null
                ? JsonBody.read(exchange, BODY_BYTES_MAX, "patientId", "issuerOfPatientId", "reason", "dryRun")
                : JsonBody.read(exchange, BODY_BYTES_MAX, "reason", "dryRun");
        EraseOrder order = new EraseOrder(study, study == null ? patient(body) : null, body.findReason());
        if (body.flag("dryRun")) {
            Disposal.Remains remains = disposal.foresee(caller, order);
            send(
                    exchange,
                    MAPPER.createObjectNode()
                            .put("studies", remains.studies().size())
                            .put("instances", remains.instances())
                            .put("versions", remains.versions())
                            .put("workitems", remains.workitems())
                            .put("studiesHeld", remains.held()));
            return;
        }
        Operation operation = disposal.erase(caller, order);
        if (operation == null) {
            throw study == null
                    ? new Refusal(404, "not-found", "there is nothing of this patient")
                    : PathUids.notFound();
        }
        Begun.send(exchange, version, operation);
    }

    private static Patient patient(JsonBody body) {
        String id = body.findText("patientId", PATIENT_ID_MAX);
        if (id == null) {
            throw JsonBody.invalid("patientId says whose data is meant");
        }
        return new Patient(id.strip(), body.findText("issuerOfPatientId", PATIENT_ID_MAX));
    }

    private static void send(Exchange exchange, ObjectNode json) throws IOException {
        exchange.header("Cache-Control", "no-store");
        exchange.send(200, "application/json", MAPPER.writeValueAsBytes(json));
    }
}
