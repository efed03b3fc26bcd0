package org.isocenter.server;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.isocenter.dicom.DataSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A small hospital that never was: patients with conditions, prescriptions, orders and reports, and the
/// studies that were made for the orders. The same day and seed make the same hospital.
final class DemoHospital {
    static final String PATIENT_SYSTEM = "https://hospital.example/patients";
    static final String ACCESSION_SYSTEM = "https://hospital.example/orders";
    static final String RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm";
    static final String METHOTREXATE = "6851";
    static final int PATIENTS = 30;

    private static final String SNOMED = "http://snomed.info/sct";
    private static final String LOINC = "http://loinc.org";
    private static final String TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/";
    private static final long SEED = 20_260_101;

    private static final List<String> FAMILIES = List.of(
            "Abendroth",
            "Bellweather",
            "Castellane",
            "Dunmore",
            "Eriksdottir",
            "Fairweather",
            "Grünwald",
            "Hollowell",
            "Imanov",
            "Jørgensen",
            "Kestrel",
            "Lindqvist",
            "Marchetti",
            "Nakagawa",
            "Okonjo");
    private static final List<String> WOMEN = List.of("Amara", "Brigitte", "Carla", "Dilek", "Elena", "Freya");
    private static final List<String> MEN = List.of("Anton", "Bashir", "Cedric", "Dmitri", "Emeka", "Felix");

    private record Code(String code, String display) {}

    private record Imaging(String modality, String bodyPart, String description, String finding) {}

    /// What somebody has, is given for it, and is imaged for.
    private enum Story {
        BONE_TUMOUR(
                new Code("307576001", "Osteosarcoma of bone"),
                List.of(new Code(METHOTREXATE, "methotrexate"), new Code("3639", "doxorubicin")),
                List.of(
                        new Imaging("CT", "CHEST", "CT chest", "No pulmonary metastases."),
                        new Imaging("MR", "KNEE", "MR knee", "Lesion of the distal femur, smaller than before."))),
        ARTHRITIS(
                new Code("69896004", "Rheumatoid arthritis"),
                List.of(new Code(METHOTREXATE, "methotrexate")),
                List.of(new Imaging("MR", "HAND", "MR hand", "Synovitis of two joints, no erosion."))),
        ASTHMA(
                new Code("195967001", "Asthma"),
                List.of(new Code("435", "albuterol")),
                List.of(new Imaging("CT", "CHEST", "CT chest", "Air trapping, otherwise normal."))),
        DIABETES(
                new Code("44054006", "Diabetes mellitus type 2"),
                List.of(new Code("6809", "metformin")),
                List.of(new Imaging("CT", "ABDOMEN", "CT abdomen", "Fatty liver."))),
        HYPERTENSION(
                new Code("38341003", "Hypertensive disorder"),
                List.of(new Code("29046", "lisinopril")),
                List.of(new Imaging("MR", "HEAD", "MR head", "Few small white matter lesions.")));

        private final Code condition;
        private final List<Code> drugs;
        private final List<Imaging> imaging;

        Story(Code condition, List<Code> drugs, List<Imaging> imaging) {
            this.condition = condition;
            this.drugs = drugs;
            this.imaging = imaging;
        }
    }

    /// Somebody, as images name them.
    record Patient(String id, String name, String sex, LocalDate birth) {}

    /// A study that was made for an order.
    record Study(
            Patient patient,
            String uid,
            String accession,
            String modality,
            String bodyPart,
            String description,
            String finding,
            LocalDate date,
            int number) {
        /// Of something in this study, by its name.
        String uid(String name) {
            return DemoHospital.uid(uid + "/" + name);
        }
    }

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final LocalDate today;
    private final List<ObjectNode> records = new ArrayList<>();
    private final List<Study> studies = new ArrayList<>();

    private DemoHospital(LocalDate today) {
        this.today = today;
        for (int number = 1; number <= PATIENTS; number++) {
            admit(number, Story.values()[number % Story.values().length]);
        }
    }

    static DemoHospital of(LocalDate today) {
        return new DemoHospital(today);
    }

    static String patientId(int number) {
        return "DEMO%03d".formatted(number);
    }

    /// The clinical record, one transaction for each patient. What is told of images is left to the cast.
    List<ObjectNode> records() {
        return records;
    }

    List<Study> studies() {
        return studies;
    }

    /// The instances of a study: slices, and as the study goes a structured report or a PDF.
    static List<DataSet> instances(Study study) {
        List<DataSet> instances = new ArrayList<>(DemoImages.slices(study));
        if (isReportedInImages(study)) {
            instances.add(DemoImages.report(study));
        }
        if (study.number() % 3 == 0) {
            instances.add(DemoImages.document(study));
        }
        return instances;
    }

    /// Reports of CT come as structured reports, those of MR from the information system.
    private static boolean isReportedInImages(Study study) {
        return study.modality().equals("CT");
    }

    private void admit(int number, Story story) {
        boolean woman = random.nextBoolean();
        String family = FAMILIES.get(random.nextInt(FAMILIES.size()));
        String given = (woman ? WOMEN : MEN).get(random.nextInt(WOMEN.size()));
        LocalDate birth = today.minusDays(random.nextInt(18 * 365, 85 * 365));
        Patient patient = new Patient(patientId(number), family + "^" + given, woman ? "F" : "M", birth);
        ObjectNode bundle = object().put("resourceType", "Bundle").put("type", "transaction");
        ArrayNode entries = bundle.putArray("entry");
        String subject = "Patient/demo-patient-" + number;

        ObjectNode person = put(entries, subject).put("gender", woman ? "female" : "male");
        identify(person, PATIENT_SYSTEM, patient.id());
        ObjectNode name = person.putArray("name").addObject().put("family", family);
        name.putArray("given").add(given);
        person.put("birthDate", birth.toString());

        LocalDate onset = today.minusDays(random.nextInt(60, 900));
        ObjectNode condition = put(entries, "Condition/demo-condition-" + number);
        condition.set("clinicalStatus", concept(TERMINOLOGY + "condition-clinical", new Code("active", "Active")));
        condition.set(
                "verificationStatus",
                concept(TERMINOLOGY + "condition-ver-status", new Code("confirmed", "Confirmed")));
        condition.set("code", concept(SNOMED, story.condition));
        condition.putObject("subject").put("reference", subject);
        condition.put("onsetDateTime", onset.toString());

        for (int i = 0; i < story.drugs.size(); i++) {
            ObjectNode prescription = put(entries, "MedicationRequest/demo-prescription-" + number + "-" + i);
            prescription.put("status", "active").put("intent", "order");
            prescription.set("medicationCodeableConcept", concept(RXNORM, story.drugs.get(i)));
            prescription.putObject("subject").put("reference", subject);
            prescription.put("authoredOn", onset.plusDays(7).toString());
        }
        for (Imaging imaging : story.imaging) {
            order(entries, subject, patient, imaging, onset.plusDays(random.nextInt(10, 50)));
        }
        records.add(bundle);
    }

    private void order(ArrayNode entries, String subject, Patient patient, Imaging imaging, LocalDate date) {
        int number = studies.size() + 1;
        String accession = "A%05d".formatted(number);
        Study study = new Study(
                patient,
                uid("study " + number),
                accession,
                imaging.modality,
                imaging.bodyPart,
                imaging.description,
                imaging.finding,
                date,
                number);
        studies.add(study);
        String id = "ServiceRequest/demo-order-" + number;
        ObjectNode order = put(entries, id).put("status", "completed").put("intent", "order");
        ObjectNode identifier = identify(order, ACCESSION_SYSTEM, accession);
        identifier.set("type", concept(TERMINOLOGY + "v2-0203", new Code("ACSN", "Accession ID")));
        order.putObject("code").put("text", imaging.description);
        order.putObject("subject").put("reference", subject);
        order.put("authoredOn", date.minusDays(3).toString());
        if (!isReportedInImages(study)) {
            ObjectNode report =
                    put(entries, "DiagnosticReport/demo-report-" + number).put("status", "final");
            identify(report, ACCESSION_SYSTEM, accession);
            report.putArray("category").add(concept(TERMINOLOGY + "v2-0074", new Code("RAD", "Radiology")));
            report.set("code", concept(LOINC, new Code("18748-4", "Diagnostic imaging study")));
            report.putArray("basedOn").addObject().put("reference", id);
            report.putObject("subject").put("reference", subject);
            report.put("effectiveDateTime", date.toString());
            report.put("conclusion", imaging.finding);
        }
    }

    private static ObjectNode put(ArrayNode entries, String reference) {
        int slash = reference.indexOf('/');
        ObjectNode entry = entries.addObject();
        entry.put("fullUrl", "https://hospital.example/" + reference);
        entry.putObject("request").put("method", "PUT").put("url", reference);
        return entry.putObject("resource")
                .put("resourceType", reference.substring(0, slash))
                .put("id", reference.substring(slash + 1));
    }

    private static ObjectNode identify(ObjectNode resource, String system, String value) {
        return resource.putArray("identifier").addObject().put("system", system).put("value", value);
    }

    private static ObjectNode concept(String system, Code code) {
        ObjectNode concept = object();
        concept.putArray("coding")
                .addObject()
                .put("system", system)
                .put("code", code.code)
                .put("display", code.display);
        return concept;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// PS3.5 section B.2: a UID made of a UUID, here the one of a name.
    private static String uid(String name) {
        UUID uuid = UUID.nameUUIDFromBytes(("isocenter demo/" + name).getBytes(StandardCharsets.UTF_8));
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
        return "2.25." + new BigInteger(1, bytes);
    }
}
