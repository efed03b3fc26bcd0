package org.isocenter.server.fhir.mapping;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Uids;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The images, frames, segments and regions that items of a report refer to, as ImagingSelections of R5.
/// A reference names only the instance; its study and series stand in the evidence of the report (PS3.3
/// C.17.2).
final class Selections {
    /// Instances of the evidence that are looked at.
    static final int EVIDENCE_MAX = 20_000;

    /// Numbers of a region that are written; a longer one is the image alone.
    static final int COORDINATES_MAX = 4_000;

    private static final Set<String> PLANE_TYPES = Set.of("POINT", "POLYLINE", "CIRCLE", "ELLIPSE");
    private static final Set<String> SPACE_TYPES =
            Set.of("POINT", "MULTIPOINT", "POLYLINE", "POLYGON", "ELLIPSE", "ELLIPSOID");

    private record Place(String studyUid, String seriesUid) {}

    private final Document document;
    private final Map<String, Place> places = new HashMap<>();

    Selections(Document document) {
        this.document = document;
        readEvidence(Tag.CurrentRequestedProcedureEvidenceSequence);
        readEvidence(Tag.PertinentOtherEvidenceSequence);
    }

    private void readEvidence(int sequence) {
        for (DataSet study : document.dataSet().items(sequence)) {
            for (DataSet series : study.items(Tag.ReferencedSeriesSequence)) {
                for (DataSet instance : series.items(Tag.ReferencedSOPSequence)) {
                    String uid = instance.findString(Tag.ReferencedSOPInstanceUID);
                    String studyUid = study.findString(Tag.StudyInstanceUID);
                    String seriesUid = series.findString(Tag.SeriesInstanceUID);
                    if (uid != null && studyUid != null && seriesUid != null && places.size() < EVIDENCE_MAX) {
                        places.putIfAbsent(uid, new Place(studyUid, seriesUid));
                    }
                }
            }
        }
    }

    /// The selection that an item is, or null where it is none or refers to no image.
    @Nullable
    ObjectNode find(ContentItem item) {
        DataSet image = findImage(item);
        String uid = image == null ? null : image.findString(Tag.ReferencedSOPInstanceUID);
        if (image == null || uid == null || !Uids.valid(uid)) {
            return null;
        }
        Place place = places.get(uid);
        ObjectNode selection = document.resource("ImagingSelection", "ImagingSelection", item.path);
        selection.put("status", "available");
        ObjectNode code = Observations.findName(item);
        selection.set("code", code == null ? Elements.concept(Codes.DCM, "111030", "Image Region") : code);
        if (place != null && Uids.valid(place.studyUid) && Uids.valid(place.seriesUid)) {
            selection.put("studyUid", place.studyUid);
            selection.put("seriesUid", place.seriesUid);
        }
        if (place == null || place.studyUid.equals(document.studyUid())) {
            Elements.putAll(selection, "derivedFrom", List.of(document.study()));
        } else {
            Elements.putAll(
                    selection,
                    "derivedFrom",
                    List.of(Elements.reference("ImagingStudy", Identifiers.uid(place.studyUid), null)));
        }
        Elements.putAll(
                selection,
                "endpoint",
                List.of(Elements.reference("Endpoint", Endpoints.idOfArchive(document.options()))));
        String frame = item.dataSet.findString(Tag.ReferencedFrameOfReferenceUID);
        if (frame != null && Uids.valid(frame)) {
            selection.put("frameOfReferenceUid", frame);
        }
        selection.withArray("instance").add(instance(item, image, uid));
        return selection;
    }

    /// The image of an item: its own, or the one that its coordinates are selected from.
    private static @Nullable DataSet findImage(ContentItem item) {
        if (item.is("IMAGE")) {
            return item.dataSet.findItem(Tag.ReferencedSOPSequence);
        }
        if (item.is("SCOORD") || item.is("SCOORD3D")) {
            for (ContentItem child : item.children) {
                if (child.is("IMAGE")) {
                    return child.dataSet.findItem(Tag.ReferencedSOPSequence);
                }
            }
        }
        return null;
    }

    private static ObjectNode instance(ContentItem item, DataSet image, String uid) {
        ObjectNode instance = Elements.object().put("uid", uid);
        String sopClass = image.findString(Tag.ReferencedSOPClassUID);
        if (sopClass != null) {
            instance.set("sopClass", Elements.coding("urn:ietf:rfc:3986", "urn:oid:" + sopClass, null));
        }
        Elements.putTexts(instance, "subset", image.strings(Tag.ReferencedFrameNumber));
        Elements.putTexts(instance, "subset", image.strings(Tag.ReferencedSegmentNumber));
        String type = item.dataSet.findString(Tag.GraphicType);
        List<BigDecimal> numbers = numbers(item.dataSet.strings(Tag.GraphicData));
        if (type == null || numbers.isEmpty()) {
            return instance;
        }
        if (item.is("SCOORD") && type.equals("MULTIPOINT")) {
            // In a plane FHIR has single points only.
            for (int i = 0; i + 2 <= numbers.size(); i += 2) {
                addRegion(instance, "imageRegion2D", "POINT", numbers.subList(i, i + 2));
            }
        } else if (item.is("SCOORD") && PLANE_TYPES.contains(type)) {
            addRegion(instance, "imageRegion2D", type, numbers);
        } else if (item.is("SCOORD3D") && SPACE_TYPES.contains(type)) {
            addRegion(instance, "imageRegion3D", type, numbers);
        }
        return instance;
    }

    private static void addRegion(ObjectNode instance, String name, String type, List<BigDecimal> numbers) {
        ObjectNode region = instance.withArray(name).addObject();
        region.put("regionType", type.toLowerCase(Locale.ROOT));
        ArrayNode coordinates = region.putArray("coordinate");
        numbers.forEach(coordinates::add);
    }

    /// All numbers, or none where one is none or they are too many.
    private static List<BigDecimal> numbers(List<String> texts) {
        List<BigDecimal> numbers = new ArrayList<>();
        for (String text : texts.size() <= COORDINATES_MAX ? texts : List.<String>of()) {
            BigDecimal number = Observations.findDecimal(text);
            if (number == null) {
                return List.of();
            }
            numbers.add(number);
        }
        return numbers;
    }
}
