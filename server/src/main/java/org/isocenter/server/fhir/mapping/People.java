package org.isocenter.server.fhir.mapping;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.PersonName;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Patients, physicians and operators.
final class People {
    private static final String REPRESENTATION = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";
    private static final String[] REPRESENTATIONS = {"ABC", "IDE", "SYL"};

    /// The Practitioners that have been referred to, by id.
    private final Map<String, ObjectNode> practitioners = new LinkedHashMap<>();

    List<ObjectNode> practitioners() {
        return List.copyOf(practitioners.values());
    }

    /// The Patient of a data set.
    ///
    /// @param identifiers at least one
    static ObjectNode patient(DataSet dataSet, List<ObjectNode> identifiers) {
        ObjectNode main = identifiers.getFirst();
        ObjectNode patient = Elements.resource("Patient", patientId(main));
        Elements.putAll(patient, "identifier", identifiers);
        String name = dataSet.findString(Tag.PatientName);
        if (name != null) {
            Elements.putAll(patient, "name", names(PersonName.parse(name)));
        }
        String sex = dataSet.findString(Tag.PatientSex);
        Elements.put(patient, "gender", sex == null ? null : gender(sex));
        Elements.put(patient, "birthDate", Times.date(dataSet, Tag.PatientBirthDate));
        return patient;
    }

    static String patientId(ObjectNode identifier) {
        String value = identifier.get("value").asString();
        return Elements.keyedId(value, "Patient", identifier.get("system").asString(), value);
    }

    private static @Nullable String gender(String sex) {
        return switch (sex) {
            case "M" -> "male";
            case "F" -> "female";
            case "O" -> "other";
            default -> null;
        };
    }

    /// A HumanName for each group of a name. Which group is which is told where there is more than one.
    static List<ObjectNode> names(PersonName name) {
        boolean several = !name.ideographic().isEmpty() || !name.phonetic().isEmpty();
        return Arrays.asList(0, 1, 2).stream()
                .filter(index -> !name.group(index).isEmpty())
                .map(index -> humanName(name.group(index), several ? REPRESENTATIONS[index] : null))
                .toList();
    }

    private static ObjectNode humanName(PersonName.Group group, @Nullable String representation) {
        ObjectNode name = Elements.object();
        if (representation != null) {
            name.putArray("extension").addObject().put("url", REPRESENTATION).put("valueCode", representation);
        }
        Elements.put(name, "family", group.familyName());
        Elements.putTexts(name, "given", words(group.givenName(), group.middleName()));
        Elements.putTexts(name, "prefix", words(group.prefix()));
        Elements.putTexts(name, "suffix", words(group.suffix()));
        return name;
    }

    private static List<String> words(String... parts) {
        return Arrays.stream(parts)
                .flatMap(part -> Arrays.stream(part.strip().split("\\s+")))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /// A name as people write it: prefix, given names, family name, suffix.
    static String display(String value) {
        PersonName name = PersonName.parse(value);
        for (int index = 0; index < 3; index++) {
            PersonName.Group group = name.group(index);
            if (!group.isEmpty()) {
                String text = String.join(
                        " ",
                        words(
                                group.prefix(),
                                group.givenName(),
                                group.middleName(),
                                group.familyName(),
                                group.suffix()));
                if (!text.isEmpty()) {
                    return text;
                }
            }
        }
        return value.strip();
    }

    /// A reference to a physician or operator: to a Practitioner where an identification item (PS3.3 table
    /// 10-1) says who it is, else by name only, which makes nobody known to the record. Null where nothing
    /// is told.
    @Nullable
    ObjectNode findReference(@Nullable String name, @Nullable DataSet identification) {
        return findCodedReference(
                name, identification == null ? null : identification.findItem(Tag.PersonIdentificationCodeSequence));
    }

    /// The same, by the code itself that says who it is.
    @Nullable
    ObjectNode findCodedReference(@Nullable String name, @Nullable DataSet code) {
        ObjectNode reference = Elements.object();
        String system = code == null ? null : Codes.findSystem(code);
        String value = code == null ? null : Codes.findCode(code);
        if (system != null && value != null) {
            ObjectNode practitioner = practitioner(system, value, name);
            reference = Elements.reference(practitioner);
        }
        Elements.put(reference, "display", name == null ? null : display(name));
        return reference.isEmpty() ? null : reference;
    }

    private ObjectNode practitioner(String system, String value, @Nullable String name) {
        return practitioners.computeIfAbsent(Elements.id("Practitioner", system, value), id -> {
            ObjectNode practitioner = Elements.resource("Practitioner", id);
            Elements.putAll(practitioner, "identifier", List.of(Elements.identifier(system, value)));
            if (name != null) {
                Elements.putAll(practitioner, "name", names(PersonName.parse(name)));
            }
            return practitioner;
        });
    }
}
