package org.isocenter.server.fhir.mapping;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Body sites and sides as SNOMED CT codes: as coded in the instance, else by the defined terms of Body
/// Part Examined (PS3.16 annex L) and Laterality.
final class BodySites {
    private static final String TERMS = """
            ABDOMEN|818981001|Abdomen
            ABDOMENPELVIS|416949008|Abdomen and pelvis
            ADRENAL|23451007|Adrenal gland
            ANKLE|70258002|Ankle joint
            AORTA|15825003|Aorta
            ARM|40983000|Upper arm
            AXILLA|91470000|Axilla
            BACK|77568009|Back
            BLADDER|89837001|Urinary bladder
            BRAIN|12738006|Brain
            BREAST|76752008|Breast
            BRONCHUS|955009|Bronchus
            BUTTOCK|46862004|Buttock
            CALCANEUS|80144004|Calcaneus
            CALF|53840002|Calf of leg
            CAROTID|69105007|Carotid artery
            CEREBELLUM|113305005|Cerebellum
            CHEST|51185008|Thorax
            CHESTABDOMEN|416550000|Chest and abdomen
            CHESTABDPELVIS|416775004|Chest, abdomen and pelvis
            CLAVICLE|51299004|Clavicle
            COCCYX|64688005|Coccyx
            COLON|71854001|Colon
            CORNEA|28726007|Cornea
            CORONARYARTERY|41801008|Coronary artery
            CSPINE|122494005|Cervical spine
            DUODENUM|38848004|Duodenum
            EAR|117590005|Ear
            ELBOW|16953009|Elbow joint
            ESOPHAGUS|32849002|Esophagus
            EXTREMITY|66019005|Extremity
            EYE|81745001|Eye
            FACE|89545001|Face
            FEMUR|71341001|Femur
            FIBULA|87342007|Fibula
            FINGER|7569003|Finger
            FOOT|56459004|Foot
            FOREARM|14975008|Forearm
            GALLBLADDER|28231008|Gallbladder
            HAND|85562004|Hand
            HEAD|69536005|Head
            HEADNECK|774007|Head and neck
            HEART|80891009|Heart
            HIP|29836001|Hip region
            HUMERUS|85050009|Humerus
            ILIUM|22356005|Ilium
            JAW|661005|Jaw region
            KIDNEY|64033007|Kidney
            KNEE|72696002|Knee
            LARYNX|4596009|Larynx
            LEG|30021000|Lower leg
            LIVER|10200004|Liver
            LSPINE|122496007|Lumbar spine
            LSSPINE|297173004|Lumbosacral spine
            LUNG|39607008|Lung
            MANDIBLE|91609006|Mandible
            MAXILLA|70925003|Maxilla
            MEDIASTINUM|72410000|Mediastinum
            MOUTH|123851003|Mouth
            NECK|45048000|Neck
            NOSE|45206002|Nose
            ORBIT|363654007|Orbit
            OVARY|15497006|Ovary
            PANCREAS|15776009|Pancreas
            PARATHYROID|111002|Parathyroid gland
            PAROTID|45289007|Parotid gland
            PATELLA|64234005|Patella
            PELVIS|816092008|Pelvis
            PENIS|18911002|Penis
            PHARYNX|54066008|Pharynx
            PROSTATE|41216001|Prostate
            RADIUS|62413002|Radius
            RECTUM|34402009|Rectum
            RIB|113197003|Rib
            SCALP|41695006|Scalp
            SCAPULA|79601000|Scapula
            SCLERA|18619003|Sclera
            SCROTUM|20233005|Scrotum
            SHOULDER|16982005|Shoulder
            SINUS|2095001|Paranasal sinus
            SKULL|89546000|Skull
            SPINE|421060004|Spine
            SPLEEN|78961009|Spleen
            SSPINE|54735007|Sacrum
            STERNUM|56873002|Sternum
            STOMACH|69695003|Stomach
            TESTIS|40689003|Testis
            THIGH|68367000|Thigh
            THUMB|76505004|Thumb
            THYMUS|9875009|Thymus gland
            THYROID|69748006|Thyroid gland
            TIBIA|12611008|Tibia
            TLSPINE|297172009|Thoracolumbar spine
            TMJ|53620006|Temporomandibular joint
            TOE|29707007|Toe
            TRACHEA|44567001|Trachea
            TSPINE|122495006|Thoracic spine
            ULNA|23416004|Ulna
            UTERUS|35039007|Uterus
            VAGINA|76784001|Vagina
            WHOLEBODY|38266002|Entire body
            WRIST|8205005|Wrist
            ZYGOMA|13881006|Zygoma
            """;

    private static final Map<String, ObjectNode> BY_TERM = new HashMap<>();

    static {
        for (String line : TERMS.strip().split("\\s*\n\\s*")) {
            String[] parts = line.split("\\|");
            BY_TERM.put(parts[0], Elements.coding(Codes.SNOMED, parts[1], parts[2]));
        }
    }

    private BodySites() {}

    /// The coding of the site that an instance shows; a term that is none of the defined ones is its
    /// display alone.
    static @Nullable ObjectNode findSite(DataSet dataSet) {
        DataSet region = dataSet.findItem(Tag.AnatomicRegionSequence);
        ObjectNode coded = region == null ? null : Codes.findCoding(region);
        if (coded != null) {
            return coded;
        }
        String term = dataSet.findString(Tag.BodyPartExamined);
        if (term == null) {
            return null;
        }
        ObjectNode known = BY_TERM.get(term.toUpperCase(Locale.ROOT).replace(" ", ""));
        return known == null ? Elements.coding(null, null, term) : known.deepCopy();
    }

    static @Nullable ObjectNode findSide(DataSet dataSet) {
        String side = dataSet.findString(Tag.Laterality);
        if (side == null) {
            side = dataSet.findString(Tag.ImageLaterality);
        }
        if (side == null) {
            return null;
        }
        return switch (side) {
            case "R" -> Elements.coding(Codes.SNOMED, "24028007", "Right");
            case "L" -> Elements.coding(Codes.SNOMED, "7771000", "Left");
            case "B" -> Elements.coding(Codes.SNOMED, "51440002", "Right and left");
            default -> null;
        };
    }
}
