package org.isocenter.server.dicomweb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.isocenter.dicom.BulkLinks;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.JsonWriter;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.server.archive.Worklist;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.MultipartWriter;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.ResponseBody;
import org.isocenter.server.worklist.MalformedFilterException;
import org.isocenter.server.worklist.Workitem;
import org.isocenter.server.worklist.WorkitemFilter;
import org.isocenter.server.worklist.WorkitemRows;

/// Search for workitems (PS3.18 section 11.9).
final class WorkitemSearchRoutes {
    /// What every result holds where the workitem does: the return keys of types 1, 2, 1C and 2C of PS3.4
    /// table CC.2.5-3, and when it was changed.
    private static final Set<Integer> RETURNED = Set.of(
            Tag.SpecificCharacterSet,
            Tag.SOPClassUID,
            Tag.SOPInstanceUID,
            Tag.AdmittingDiagnosesDescription,
            Tag.AdmittingDiagnosesCodeSequence,
            Tag.PatientName,
            Tag.PatientID,
            Tag.IssuerOfPatientID,
            Tag.IssuerOfPatientIDQualifiersSequence,
            Tag.PatientBirthDate,
            Tag.PatientSex,
            Tag.OtherPatientIDsSequence,
            Tag.MedicalAlerts,
            Tag.PregnancyStatus,
            Tag.StudyInstanceUID,
            Tag.AdmissionID,
            Tag.IssuerOfAdmissionIDSequence,
            Tag.SpecialNeeds,
            Tag.ScheduledProcedureStepStartDateTime,
            Tag.ScheduledProcedureStepModificationDateTime,
            Tag.ExpectedCompletionDateTime,
            Tag.ScheduledWorkitemCodeSequence,
            Tag.InputInformationSequence,
            Tag.ScheduledStationNameCodeSequence,
            Tag.ScheduledStationClassCodeSequence,
            Tag.ScheduledStationGeographicLocationCodeSequence,
            Tag.ScheduledHumanPerformersSequence,
            Tag.InputReadinessState,
            Tag.ReferencedRequestSequence,
            Tag.ProcedureStepState,
            Tag.ProcedureStepProgressInformationSequence,
            Tag.ScheduledProcedureStepPriority,
            Tag.WorklistLabel,
            Tag.ProcedureStepLabel,
            Tag.ScheduledProcessingParametersSequence);

    private static final int FIELDS_MAX = 200;

    private final Worklist worklist;
    private final DicomwebOptions.SearchLimits limits;

    WorkitemSearchRoutes(Worklist worklist, DicomwebOptions.SearchLimits limits) {
        this.worklist = worklist;
        this.limits = limits;
    }

    void search(View view, Exchange exchange) throws IOException {
        Representation representation = Representation.negotiate(exchange);
        PageParameters asked = new PageParameters("limit", "offset", "fuzzymatching", "includetotal");
        Set<Integer> fields = new HashSet<>(RETURNED);
        boolean all = false;
        List<WorkitemFilter.Key> keys = new ArrayList<>();
        for (Query.Parameter parameter : exchange.query().parameters()) {
            if (asked.take(parameter.name(), parameter.value())) {
                continue;
            }
            switch (parameter.name()) {
                case "includefield" -> all |= addFields(parameter.value(), fields);
                case "accept", "charset" -> {}
                default -> keys.add(new WorkitemFilter.Key(parameter.name(), parameter.value()));
            }
        }
        WorkitemFilter filter = filter(keys, asked.flag("fuzzymatching"));
        fields.addAll(filter.returned());
        int limit = asked.number("limit", limits.limitDefault(), 1, limits.limitMax());
        int offset = asked.number("offset", 0, 0, limits.offsetMax());
        WorkitemRows.Page page = worklist.page(view.caller(), filter, offset, limit);
        if (asked.flag("includetotal")) {
            exchange.header("X-Total-Count", Long.toString(worklist.count(view.caller(), filter)));
        }
        exchange.header("Vary", "Accept").header("Cache-Control", "no-cache");
        if (page.workitems().isEmpty()) {
            exchange.sendEmpty(204);
            return;
        }
        if (page.more()) {
            WorkitemAnswers.warn(
                    exchange,
                    "There are more results; ask for them with offset="
                            + (offset + page.workitems().size()));
        }
        List<DataSet> results = new ArrayList<>();
        for (Workitem workitem : page.workitems()) {
            results.add(all ? workitem.dataSet() : selected(workitem.dataSet(), fields));
        }
        send(exchange, page.more() ? 206 : 200, representation, results);
    }

    /// The keys as something to search by.
    static WorkitemFilter filter(List<WorkitemFilter.Key> keys, boolean fuzzy) {
        try {
            return Worklist.filter(keys, fuzzy);
        } catch (MalformedFilterException malformed) {
            throw refusal(malformed);
        }
    }

    static Refusal refusal(MalformedFilterException malformed) {
        String detail = String.valueOf(malformed.getMessage());
        return malformed.unsupported() ? new Refusal(400, "unsupported-key", detail) : invalid(detail);
    }

    private static DataSet selected(DataSet dataSet, Set<Integer> tags) {
        DataSet selected = new DataSet().inherit(dataSet.characterSets());
        for (Element element : dataSet) {
            if (tags.contains(element.tag())) {
                selected.put(element);
            }
        }
        return selected;
    }

    private static void send(Exchange exchange, int status, Representation representation, List<DataSet> results)
            throws IOException {
        switch (representation) {
            case JSON -> {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                JsonWriter writer = new JsonWriter(bytes, BulkLinks.NONE);
                writer.startArray();
                for (DataSet result : results) {
                    writer.write(result);
                }
                writer.endArray();
                writer.flush();
                exchange.send(status, DataSetOutput.JSON, bytes.toByteArray());
            }
            case XML -> {
                String boundary = MultipartWriter.newBoundary();
                try (ResponseBody body = exchange.begin(status, DataSetOutput.multipartXml(boundary), -1)) {
                    MultipartWriter multipart = new MultipartWriter(body, boundary);
                    for (DataSet result : results) {
                        DataSetOutput.xmlPart(multipart, result, BulkLinks.NONE);
                    }
                    multipart.finish();
                }
            }
        }
    }

    /// @return whether all fields are asked for
    private static boolean addFields(String value, Set<Integer> fields) {
        boolean all = false;
        for (String field : value.split(",", -1)) {
            String name = field.strip();
            if (name.equalsIgnoreCase("all")) {
                all = true;
            } else if (!name.isEmpty()) {
                fields.add(tag(name.split("\\.", 2)[0]));
            }
        }
        if (fields.size() > RETURNED.size() + FIELDS_MAX) {
            throw invalid("more than " + FIELDS_MAX + " fields are asked for");
        }
        return all;
    }

    private static int tag(String name) {
        Dictionary.Attribute attribute = Dictionary.find(name);
        int tag = attribute == null ? Tags.parse(name) : attribute.tag();
        if (tag == -1) {
            throw new Refusal(400, "unknown-attribute", "includefield names something that is no attribute");
        }
        return tag;
    }

    private static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-query", detail);
    }
}
