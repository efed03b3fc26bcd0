package org.isocenter.server.fhir.mapping;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Uids;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Coded entries (PS3.3 section 8.8) as codings.
final class Codes {
    static final String DCM = "http://dicom.nema.org/resources/ontology/DCM";
    static final String SNOMED = "http://snomed.info/sct";
    static final String LOINC = "http://loinc.org";
    static final String UCUM = "http://unitsofmeasure.org";

    /// Coding scheme designators of PS3.16 section 8 that have a system in FHIR (terminology.hl7.org). The
    /// codes of SNOMED RT (SRT, SNM3, 99SDM) are others than those of SNOMED CT: `RetiredCodes`.
    private static final Map<String, String> SYSTEMS = Map.ofEntries(
            Map.entry("DCM", DCM),
            Map.entry("SCT", SNOMED),
            Map.entry("LN", LOINC),
            Map.entry("UCUM", UCUM),
            Map.entry("RADLEX", "http://radlex.org"),
            Map.entry("I10", "http://hl7.org/fhir/sid/icd-10"),
            Map.entry("I10C", "http://hl7.org/fhir/sid/icd-10-cm"),
            Map.entry("I10P", "http://www.cms.gov/Medicare/Coding/ICD10"),
            Map.entry("I9C", "http://hl7.org/fhir/sid/icd-9-cm"),
            Map.entry("C4", "http://www.ama-assn.org/go/cpt"),
            Map.entry("CD2", "http://www.ada.org/cdt"),
            Map.entry("FMA", "http://sig.biostr.washington.edu/projects/fm/AboutFM.html"),
            Map.entry("NCIt", "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"),
            Map.entry("UMLS", "http://www.nlm.nih.gov/research/umls"),
            Map.entry("RXNORM", "http://www.nlm.nih.gov/research/umls/rxnorm"),
            Map.entry("BI", "http://www.birads.org"));

    private Codes() {}

    /// The system of a coded entry, or null where there is none that the world agrees on.
    static @Nullable String findSystem(DataSet entry) {
        String uid = entry.findString(Tag.CodingSchemeUID);
        String designator = entry.findString(Tag.CodingSchemeDesignator);
        String system = designator == null ? null : SYSTEMS.get(designator);
        return system == null && uid != null && Uids.valid(uid) ? "urn:oid:" + uid : system;
    }

    /// The value of a coded entry, in whichever of its three places it stands.
    static @Nullable String findCode(DataSet entry) {
        String code = entry.findString(Tag.CodeValue);
        if (code == null) {
            code = entry.findString(Tag.LongCodeValue);
        }
        return code == null ? entry.findString(Tag.URNCodeValue) : code;
    }

    /// A coded entry as a coding, or null where its system is not known.
    static @Nullable ObjectNode findCoding(DataSet entry) {
        String code = findCode(entry);
        if (RetiredCodes.isRetired(entry.findString(Tag.CodingSchemeDesignator))) {
            String current = code == null ? null : RetiredCodes.find(code);
            return current == null ? null : Elements.coding(SNOMED, current, entry.findString(Tag.CodeMeaning));
        }
        String system = findSystem(entry);
        return system == null || code == null ? null : Elements.coding(system, code, entry.findString(Tag.CodeMeaning));
    }

    /// A coded entry as a CodeableConcept: with its coding where there is one, and its meaning as text.
    /// Null where it says nothing.
    static @Nullable ObjectNode findConcept(DataSet entry) {
        ObjectNode coding = findCoding(entry);
        String meaning = entry.findString(Tag.CodeMeaning);
        String text = meaning == null && coding == null ? findCode(entry) : meaning;
        if (coding == null) {
            return text == null ? null : Elements.text(text);
        }
        ObjectNode concept = Elements.concept(coding);
        Elements.put(concept, "text", text);
        return concept;
    }

    static List<ObjectNode> concepts(DataSet dataSet, int sequence) {
        Set<ObjectNode> concepts = new LinkedHashSet<>();
        for (DataSet entry : dataSet.items(sequence)) {
            ObjectNode concept = findConcept(entry);
            if (concept != null) {
                concepts.add(concept);
            }
        }
        return List.copyOf(concepts);
    }

    /// Whether a coded entry is this code of this scheme, or the one that it took the place of.
    static boolean is(@Nullable DataSet entry, String code, String designator) {
        String found = entry == null ? null : findCode(entry);
        String scheme = entry == null ? null : entry.findString(Tag.CodingSchemeDesignator);
        if (found != null && designator.equals("SCT") && RetiredCodes.isRetired(scheme)) {
            return code.equals(RetiredCodes.find(found));
        }
        return code.equals(found) && designator.equals(scheme);
    }

    /// A modality as the code that it is.
    static ObjectNode modality(String modality) {
        return Elements.coding(DCM, modality, null);
    }
}
