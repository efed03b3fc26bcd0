package org.isocenter.server.render;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.PersonName;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;

/// The lines that say whom and what a picture shows (PS3.18 8.3.5.1.1).
final class Captions {
    private Captions() {}

    /// Whom: name, identifier, date of birth and sex.
    static List<String> patient(DataSet head) {
        List<String> lines = new ArrayList<>();
        add(lines, "", name(head.findString(Tag.PatientName)), "");
        add(lines, "ID ", head.findString(Tag.PatientID), "");
        String birth = date(head.findString(Tag.PatientBirthDate));
        String sex = head.findString(Tag.PatientSex);
        add(lines, "", birth == null ? sex : sex == null ? birth : birth + "  " + sex, "");
        return lines;
    }

    /// What: date, modality and body part, exposure, the place in the series and in space.
    static List<String> technique(DataSet head, int frame, int frames) {
        List<String> lines = new ArrayList<>();
        String study = date(head.findString(Tag.StudyDate));
        add(lines, "", study, "");
        String modality = head.findString(Tag.Modality);
        String part = head.findString(Tag.BodyPartExamined);
        add(lines, "", modality == null ? part : part == null ? modality : modality + "  " + part, "");
        add(lines, "", head.findString(Tag.KVP), " kV");
        add(lines, "", head.findString(Tag.XRayTubeCurrent), " mA");
        String series = head.findString(Tag.SeriesNumber);
        String image = head.findString(Tag.InstanceNumber);
        add(lines, "Series ", series, "");
        String place = frames > 1 ? frame + "/" + frames : null;
        add(lines, "Image ", image == null ? place : place == null ? image : image + "  " + place, "");
        add(lines, "Thickness ", head.findString(Tag.SliceThickness), " mm");
        add(lines, "Location ", head.findString(Tag.SliceLocation), " mm");
        return lines;
    }

    private static void add(List<String> lines, String before, @Nullable String value, String after) {
        if (value != null && !value.isBlank()) {
            lines.add(before + value + after);
        }
    }

    /// The first spelling that there is, family name first.
    private static @Nullable String name(@Nullable String value) {
        if (value == null) {
            return null;
        }
        PersonName name = PersonName.parse(value);
        PersonName.Group group = name.alphabetic().isEmpty() ? name.ideographic() : name.alphabetic();
        List<String> given = new ArrayList<>();
        for (String part : List.of(group.prefix(), group.givenName(), group.middleName(), group.suffix())) {
            if (!part.isEmpty()) {
                given.add(part);
            }
        }
        return given.isEmpty() ? group.familyName() : group.familyName() + ", " + String.join(" ", given);
    }

    private static @Nullable String date(@Nullable String value) {
        return value == null || value.length() != 8
                ? value
                : value.substring(0, 4) + "-" + value.substring(4, 6) + "-" + value.substring(6);
    }
}
