package org.isocenter.server.research;

import java.util.List;
import org.isocenter.server.research.Imaging.Archived;
import org.isocenter.server.research.Outcome.Evidence;
import org.isocenter.server.research.Outcome.Member;
import org.isocenter.server.research.Outcome.Step;
import org.isocenter.server.research.Outcome.Study;
import org.isocenter.server.research.Resources.Identifier;
import org.isocenter.server.research.Resources.Prescription;
import org.isocenter.server.research.Resources.Report;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes what was found as JSON.
final class OutcomeJson {
    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private OutcomeJson() {}

    /// Everything but the members.
    static ObjectNode summary(Outcome outcome) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("definitionHash", outcome.hash());
        json.put("asOf", outcome.asOf().toString());
        json.set("funnel", steps(outcome.funnel()));
        ObjectNode counts = json.putObject("counts");
        counts.put("patients", outcome.members().size());
        counts.put("medications", sum(outcome, member -> member.prescriptions().size()));
        counts.put("studies", sum(outcome, member -> member.studies().size()));
        counts.put("archivedStudies", sum(outcome, member ->
                (int) member.studies().stream().filter(Study::isArchived).count()));
        counts.put("reports", sum(outcome, member -> member.reports().size()));
        json.put("fhirResourcesRead", outcome.received());
        ArrayNode warnings = json.putArray("warnings");
        outcome.warnings().forEach(warnings::add);
        return json;
    }

    static ArrayNode steps(List<Step> steps) {
        ArrayNode json = MAPPER.createArrayNode();
        for (Step step : steps) {
            json.addObject().put("step", step.name()).put("patients", step.patients());
        }
        return json;
    }

    static ObjectNode member(Member member) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("patient", reference(member));
        put(json, "birthDate", member.person().birth());
        if (!member.person().sex().isEmpty()) {
            json.put("sex", member.person().sex());
        }
        identifiers(json.putArray("identifiers"), member.person().identifiers());
        ArrayNode evidence = json.putArray("evidence");
        for (Evidence one : member.evidence()) {
            ObjectNode node = evidence.addObject();
            node.put("criterion", one.criterion()).put("reference", one.reference());
            put(node, "date", one.days());
        }
        ArrayNode medications = json.putArray("medications");
        member.prescriptions().forEach(one -> medication(medications.addObject(), one));
        ArrayNode studies = json.putArray("studies");
        member.studies().forEach(one -> study(studies.addObject(), one));
        ArrayNode reports = json.putArray("reports");
        member.reports().forEach(one -> report(reports.addObject(), one, member.studies()));
        return json;
    }

    static String reference(Member member) {
        return "Patient/" + member.person().id();
    }

    private static void medication(ObjectNode json, Prescription one) {
        json.put("reference", one.reference()).put("status", one.status());
        put(json, "authored", one.authored());
        ArrayNode codes = json.putArray("codes");
        one.codes().forEach(code -> codes.add(code.toString()));
        json.put("text", one.text());
    }

    private static void study(ObjectNode json, Study study) {
        Archived archived = study.archived();
        if (study.findUid() != null) {
            json.put("studyInstanceUid", study.findUid());
        }
        if (study.listed() != null) {
            json.put("reference", study.listed().references().getFirst());
        }
        put(json, "date", study.days());
        ArrayNode modalities = json.putArray("modalities");
        study.modalities().forEach(modalities::add);
        identifiers(json.putArray("accessions"), study.accessions());
        json.put("description", study.description());
        json.put("archived", study.isArchived());
        if (archived != null) {
            json.put("series", archived.series()).put("instances", archived.instances());
            json.put("path", "/dicom-web/studies/" + archived.uid());
        }
    }

    private static void report(ObjectNode json, Report report, List<Study> studies) {
        json.put("reference", report.reference()).put("status", report.status());
        put(json, "date", report.effective());
        json.put("text", report.text());
        json.put("conclusion", report.conclusion());
        ArrayNode about = json.putArray("studies");
        for (Study study : studies) {
            if (study.hasReport(report)) {
                about.add(study.key());
            }
        }
    }

    private static void identifiers(ArrayNode json, List<Identifier> identifiers) {
        for (Identifier identifier : identifiers) {
            ObjectNode node = json.addObject();
            if (identifier.system() != null) {
                node.put("system", identifier.system());
            }
            node.put("value", identifier.value());
        }
    }

    private static void put(ObjectNode json, String field, @Nullable Days days) {
        if (days != null) {
            json.put(field, days.toString());
        }
    }

    private interface Size {
        int of(Member member);
    }

    private static int sum(Outcome outcome, Size size) {
        return outcome.members().stream().mapToInt(size::of).sum();
    }
}
