package org.isocenter.server.render.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.render.document.Code;
import org.isocenter.server.render.document.Words;
import org.jspecify.annotations.Nullable;

/// What stands above the content of a report: whom and what it is about, who made it, and how far it may be
/// relied on.
///
/// @param warnings what a reader must know before anything else
/// @param language of the content, as BCP 47 names it, or null where the document does not tell
record ReportHead(
        String title,
        List<String> warnings,
        List<Field> patient,
        List<Field> document,
        @Nullable String language) {

    /// A line of it. There is at least one value.
    record Field(String label, List<Reference> values) {}

    private static final Pattern TAG = Pattern.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}");

    /// Person Observer Name and Device Observer Name (PS3.16 TID 1003 and 1004).
    private static final List<String> OBSERVERS = List.of("121008", "121013");

    static ReportHead of(ContentTree tree, Evidence evidence) {
        DataSet report = tree.root().dataSet;
        String sopClass = Words.find(report, Tag.SOPClassUID);
        String kind = sopClass == null ? "Report" : Words.sopClass(sopClass);
        String title = tree.root().name().isEmpty() ? kind : tree.root().name();
        return new ReportHead(
                title,
                warnings(report),
                patient(report),
                document(report, tree, evidence, kind),
                findLanguage(tree, tree.root()));
    }

    private static List<String> warnings(DataSet report) {
        List<String> warnings = new ArrayList<>();
        if ("PARTIAL".equals(report.findString(Tag.CompletionFlag))) {
            warnings.add("This document is not complete.");
        }
        if ("UNVERIFIED".equals(report.findString(Tag.VerificationFlag))) {
            warnings.add("This document is not verified.");
        }
        if ("PRELIMINARY".equals(report.findString(Tag.PreliminaryFlag))) {
            warnings.add("This document is preliminary.");
        }
        return warnings;
    }

    private static List<Field> patient(DataSet report) {
        List<Field> fields = new ArrayList<>();
        add(fields, "Patient", Words.findPerson(report, Tag.PatientName));
        add(fields, "Patient ID", Words.find(report, Tag.PatientID));
        String birth = Words.find(report, Tag.PatientBirthDate);
        add(fields, "Born", birth == null ? null : Words.date(birth));
        String sex = Words.find(report, Tag.PatientSex);
        add(fields, "Sex", sex == null ? null : Words.sex(sex));
        return fields;
    }

    private static List<Field> document(DataSet report, ContentTree tree, Evidence evidence, String kind) {
        List<Field> fields = new ArrayList<>();
        add(fields, "Study", Words.find(report, Tag.StudyDescription));
        add(fields, "Study date", Words.findMoment(report, Tag.StudyDate, Tag.StudyTime));
        add(fields, "Series", Words.find(report, Tag.SeriesDescription));
        add(fields, "Accession number", Words.find(report, Tag.AccessionNumber));
        add(fields, "Referring physician", Words.findPerson(report, Tag.ReferringPhysicianName));
        add(fields, "Institution", Words.find(report, Tag.InstitutionName));
        add(fields, "Document", kind);
        add(fields, "Written", Words.findMoment(report, Tag.ContentDate, Tag.ContentTime));
        add(fields, "Completion", completion(report));
        add(fields, "Verification", flag(report, Tag.VerificationFlag));
        addPeople(fields, "Verified by", report, Tag.VerifyingObserverSequence);
        addPeople(fields, "Author", report, Tag.AuthorObserverSequence);
        addPeople(fields, "Participant", report, Tag.ParticipantSequence);
        List<Reference> observers = observers(tree);
        if (!observers.isEmpty()) {
            fields.add(new Field("Observer", observers));
        }
        addDocuments(fields, "Predecessor", report, evidence, Tag.PredecessorDocumentsSequence);
        addDocuments(fields, "Identical document", report, evidence, Tag.IdenticalDocumentsSequence);
        return fields;
    }

    private static @Nullable String completion(DataSet report) {
        String flag = flag(report, Tag.CompletionFlag);
        String description = Words.find(report, Tag.CompletionFlagDescription);
        return flag == null || description == null ? flag : flag + ": " + description;
    }

    private static @Nullable String flag(DataSet report, int tag) {
        String flag = Words.find(report, tag);
        return switch (flag) {
            case null -> null;
            case "COMPLETE" -> "complete";
            case "PARTIAL" -> "partial";
            case "VERIFIED" -> "verified";
            case "UNVERIFIED" -> "unverified";
            default -> flag;
        };
    }

    /// People and devices with where they belong and when they signed (PS3.3 C.17.2).
    private static void addPeople(List<Field> fields, String label, DataSet report, int sequence) {
        List<Reference> people = new ArrayList<>();
        for (DataSet person : report.items(sequence)) {
            List<String> parts = new ArrayList<>();
            for (int tag : new int[] {Tag.VerifyingObserverName, Tag.PersonName}) {
                addTo(parts, Words.findPerson(person, tag));
            }
            addTo(parts, Words.find(person, Tag.StationName));
            addTo(parts, Words.find(person, Tag.VerifyingOrganization));
            addTo(parts, Words.find(person, Tag.InstitutionName));
            for (int tag : new int[] {Tag.VerificationDateTime, Tag.ParticipationDateTime}) {
                String moment = Words.find(person, tag);
                addTo(parts, moment == null ? null : Words.dateTime(moment));
            }
            String part = Words.find(person, Tag.ParticipationType);
            addTo(parts, part == null ? null : participation(part));
            if (!parts.isEmpty()) {
                people.add(Reference.to(String.join(", ", parts)));
            }
        }
        if (!people.isEmpty()) {
            fields.add(new Field(label, people));
        }
    }

    /// Participation Type (0040,A080).
    private static String participation(String type) {
        return switch (type) {
            case "SOURCE" -> "gave information";
            case "ENT" -> "entered data";
            case "ATTEST" -> "attested";
            default -> type;
        };
    }

    private static List<Reference> observers(ContentTree tree) {
        List<Reference> observers = new ArrayList<>();
        for (ContentItem item : tree.children(tree.root())) {
            Code concept = item.concept;
            if (item.relation == ContentItem.Relation.HAS_OBS_CONTEXT
                    && concept != null
                    && concept.scheme().equals("DCM")
                    && OBSERVERS.contains(concept.value())) {
                String person = Words.findPerson(item.dataSet, Tag.PersonName);
                String device = Words.find(item.dataSet, Tag.TextValue);
                String words = person == null ? device : person;
                if (words != null) {
                    observers.add(Reference.to(words));
                }
            }
        }
        return observers;
    }

    private static void addDocuments(List<Field> fields, String label, DataSet report, Evidence evidence, int list) {
        List<Reference> documents = evidence.documents(report, list);
        if (!documents.isEmpty()) {
            fields.add(new Field(label, documents));
        }
    }

    private static void add(List<Field> fields, String label, @Nullable String value) {
        if (value != null) {
            fields.add(new Field(label, List.of(Reference.to(value))));
        }
    }

    private static void addTo(List<String> parts, @Nullable String part) {
        if (part != null) {
            parts.add(part);
        }
    }

    /// The language of an item and what is below it (PS3.16 TID 1204), or null where it does not tell.
    static @Nullable String findLanguage(ContentTree tree, ContentItem item) {
        for (int i = item.index + 1; i < item.end(); i = tree.get(i).end()) {
            ContentItem child = tree.get(i);
            if (child.relation == ContentItem.Relation.HAS_CONCEPT_MOD
                    && child.concept != null
                    && child.concept.is("121049", "DCM")) {
                Code code = Code.find(child.dataSet, Tag.ConceptCodeSequence);
                return code != null && TAG.matcher(code.value()).matches() ? code.value() : null;
            }
        }
        return null;
    }
}
