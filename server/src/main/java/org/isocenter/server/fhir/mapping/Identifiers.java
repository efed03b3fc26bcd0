package org.isocenter.server.fhir.mapping;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Uids;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What identifies things in DICOM, as identifiers with a system. An identifier without a system would make
/// two patients of two hospitals one.
final class Identifiers {
    static final String DICOM_UID = "urn:dicom:uid";

    private final MappingOptions options;

    Identifiers(MappingOptions options) {
        this.options = options;
    }

    /// A DICOM UID, as everybody writes it: with the prefix of an OID.
    static ObjectNode uid(String uid) {
        return Elements.identifier(DICOM_UID, "urn:oid:" + uid);
    }

    /// The patient's identifiers, the one of (0010,0020) first; empty where that has no value or no system.
    List<ObjectNode> patient(DataSet dataSet) {
        List<ObjectNode> identifiers = new ArrayList<>();
        String main = dataSet.findString(Tag.PatientID);
        String system = main == null ? null : findPatientSystem(dataSet, options.patientSystem());
        if (main == null || system == null) {
            return identifiers;
        }
        identifiers.add(Elements.identifier("MR", system, main));
        for (DataSet other : dataSet.items(Tag.OtherPatientIDsSequence)) {
            String value = other.findString(Tag.PatientID);
            String issuer = findPatientSystem(other, null);
            if (value != null && issuer != null && !(value.equals(main) && issuer.equals(system))) {
                identifiers.add(Elements.identifier(issuer, value));
            }
        }
        return identifiers;
    }

    /// The system of a Patient ID: that of its issuer's universal identifier, else the one configured for the
    /// issuer's name.
    ///
    /// @param otherwise where neither is there
    private @Nullable String findPatientSystem(DataSet dataSet, @Nullable String otherwise) {
        DataSet qualifiers = dataSet.findItem(Tag.IssuerOfPatientIDQualifiersSequence);
        String universal = qualifiers == null ? null : findUniversal(qualifiers);
        if (universal != null) {
            return universal;
        }
        String issuer = dataSet.findString(Tag.IssuerOfPatientID);
        String configured = issuer == null ? null : options.issuers().get(issuer);
        return configured == null ? otherwise : configured;
    }

    /// The accession numbers of a study or its requests, each with the system of its issuer.
    @Nullable
    ObjectNode findAccession(DataSet dataSet) {
        String number = dataSet.findString(Tag.AccessionNumber);
        if (number == null) {
            return null;
        }
        DataSet issuer = dataSet.findItem(Tag.IssuerOfAccessionNumberSequence);
        String system = issuer == null ? null : findUniversal(issuer);
        String name = issuer == null ? null : issuer.findString(Tag.LocalNamespaceEntityID);
        if (system == null && name != null) {
            system = options.issuers().get(name);
        }
        return Elements.identifier("ACSN", system == null ? options.accessionSystem() : system, number);
    }

    /// The system that a universal entity id is (PS3.3 table 10-17).
    private static @Nullable String findUniversal(DataSet issuer) {
        String id = issuer.findString(Tag.UniversalEntityID);
        String type = issuer.findString(Tag.UniversalEntityIDType);
        if (id == null || type == null) {
            return null;
        }
        return switch (type) {
            case "ISO" -> Uids.valid(id) ? "urn:oid:" + id : null;
            case "UUID" -> "urn:uuid:" + id;
            case "URI" -> id;
            default -> null;
        };
    }
}
