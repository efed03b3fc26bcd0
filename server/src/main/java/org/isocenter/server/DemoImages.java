package org.isocenter.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.DemoHospital.Study;

/// What the devices of the made-up hospital make: slices through bodies of ellipses, structured reports, and
/// PDFs.
final class DemoImages {
    private static final int SIDE = 128;
    private static final int SLICES = 12;
    private static final String PDF_CLASS = "1.2.840.10008.5.1.4.1.1.104.1";
    private static final String BASIC_TEXT_SR_CLASS = "1.2.840.10008.5.1.4.1.1.88.11";

    /// An ellipse with a value in it; the later one covers the earlier.
    ///
    /// @param x of the middle, where the picture reaches from -1 to 1
    private record Ellipse(double x, double y, double width, double height, int value) {
        boolean holds(double atX, double atY) {
            double across = (atX - x) / width;
            double down = (atY - y) / height;
            return across * across + down * down <= 1;
        }
    }

    private DemoImages() {}

    static List<DataSet> slices(Study study) {
        boolean ct = study.modality().equals("CT");
        List<DataSet> slices = new ArrayList<>();
        for (int number = 1; number <= SLICES; number++) {
            DataSet slice = head(study, study.modality(), 1, sliceClass(study), sliceUid(study, number))
                    .putString(Tag.ImageType, "ORIGINAL", "PRIMARY", ct ? "AXIAL" : "OTHER")
                    .putString(Tag.SeriesDescription, study.description() + (ct ? " 3.0" : " T1"))
                    .putString(Tag.BodyPartExamined, study.bodyPart())
                    .putString(Tag.SliceThickness, "3")
                    .putString(Tag.FrameOfReferenceUID, study.uid("frame of reference"))
                    .putString(Tag.ImagePositionPatient, "-160", "-160", Integer.toString(number * 3))
                    .putString(Tag.ImageOrientationPatient, "1", "0", "0", "0", "1", "0")
                    .putInts(Tag.InstanceNumber, number)
                    .putString(Tag.PixelSpacing, "2.5", "2.5")
                    .putInts(Tag.SamplesPerPixel, 1)
                    .putString(Tag.PhotometricInterpretation, "MONOCHROME2")
                    .putInts(Tag.Rows, SIDE)
                    .putInts(Tag.Columns, SIDE)
                    .putInts(Tag.BitsAllocated, 16)
                    .putInts(Tag.BitsStored, 12)
                    .putInts(Tag.HighBit, 11)
                    .putInts(Tag.PixelRepresentation, 0)
                    .putString(Tag.WindowCenter, ct ? "40" : "500")
                    .putString(Tag.WindowWidth, ct ? "400" : "1000");
            if (ct) {
                slice.putString(Tag.RescaleIntercept, "-1024")
                        .putString(Tag.RescaleSlope, "1")
                        .putString(Tag.RescaleType, "HU")
                        .putString(Tag.KVP, "120");
            } else {
                slice.putString(Tag.ScanningSequence, "SE").putString(Tag.RepetitionTime, "500");
                slice.putString(Tag.EchoTime, "15");
            }
            slice.put(new Element(Tag.PixelData, Vr.OW, new Value.Bytes(pixels(study, number))));
            slices.add(slice);
        }
        return slices;
    }

    private static String sliceClass(Study study) {
        return study.modality().equals("CT") ? "1.2.840.10008.5.1.4.1.1.2" : "1.2.840.10008.5.1.4.1.1.4";
    }

    private static String sliceUid(Study study, int number) {
        return study.uid("slice " + number);
    }

    /// A report in the form of PS3.3 section A.35.1 (Basic Text SR) with findings and an impression.
    static DataSet report(Study study) {
        DataSet[] evidence = new DataSet[SLICES];
        for (int number = 1; number <= SLICES; number++) {
            evidence[number - 1] = new DataSet()
                    .putString(Tag.ReferencedSOPClassUID, sliceClass(study))
                    .putString(Tag.ReferencedSOPInstanceUID, sliceUid(study, number));
        }
        return head(study, "SR", 2, BASIC_TEXT_SR_CLASS, study.uid("report"))
                .putString(Tag.SeriesDescription, "Report")
                .putInts(Tag.InstanceNumber, 1)
                .putString(Tag.ValueType, "CONTAINER")
                .putString(Tag.ContinuityOfContent, "SEPARATE")
                .putString(Tag.CompletionFlag, "COMPLETE")
                .putString(Tag.VerificationFlag, "UNVERIFIED")
                .putItems(Tag.ConceptNameCodeSequence, code("11528-7", "LN", "Radiology Report"))
                .putItems(
                        Tag.CurrentRequestedProcedureEvidenceSequence,
                        new DataSet()
                                .putString(Tag.StudyInstanceUID, study.uid())
                                .putItems(
                                        Tag.ReferencedSeriesSequence,
                                        new DataSet()
                                                .putString(Tag.SeriesInstanceUID, study.uid("series 1"))
                                                .putItems(Tag.ReferencedSOPSequence, evidence)))
                .putItems(
                        Tag.ContentSequence,
                        section(
                                "121070",
                                "Findings",
                                "121071",
                                "Finding",
                                study.description() + ": " + study.finding()),
                        section("121072", "Impressions", "121073", "Impression", study.finding()));
    }

    private static DataSet section(String title, String titleMeaning, String name, String meaning, String text) {
        DataSet item = new DataSet()
                .putString(Tag.RelationshipType, "CONTAINS")
                .putString(Tag.ValueType, "TEXT")
                .putItems(Tag.ConceptNameCodeSequence, code(name, "DCM", meaning))
                .putString(Tag.TextValue, text);
        return new DataSet()
                .putString(Tag.RelationshipType, "CONTAINS")
                .putString(Tag.ValueType, "CONTAINER")
                .putString(Tag.ContinuityOfContent, "SEPARATE")
                .putItems(Tag.ConceptNameCodeSequence, code(title, "DCM", titleMeaning))
                .putItems(Tag.ContentSequence, item);
    }

    private static DataSet code(String value, String scheme, String meaning) {
        return new DataSet()
                .putString(Tag.CodeValue, value)
                .putString(Tag.CodingSchemeDesignator, scheme)
                .putString(Tag.CodeMeaning, meaning);
    }

    /// A PDF (PS3.3 section A.45.1).
    static DataSet document(Study study) {
        byte[] pdf = pdf("Information for patients: " + study.description() + ", " + study.date());
        DataSet document = head(study, "DOC", 3, PDF_CLASS, study.uid("document"))
                .putString(Tag.SeriesDescription, "Information")
                .putInts(Tag.InstanceNumber, 1)
                .putString(Tag.BurnedInAnnotation, "YES")
                .putString(Tag.DocumentTitle, "Information for patients")
                .putItems(Tag.ConceptNameCodeSequence, code("59284-0", "LN", "Consent Document"))
                .putString(Tag.MIMETypeOfEncapsulatedDocument, "application/pdf")
                .putInts(Tag.EncapsulatedDocumentLength, pdf.length);
        byte[] even = pdf.length % 2 == 0 ? pdf : Arrays.copyOf(pdf, pdf.length + 1);
        return document.put(new Element(Tag.EncapsulatedDocument, Vr.OB, new Value.Bytes(even)));
    }

    /// A page with a line of text (ISO 32000-1 section 7.5).
    private static byte[] pdf(String text) {
        String content = "BT /F1 14 Tf 60 760 Td (" + text.replaceAll("[^ -~]|[()\\\\]", "?") + ") Tj ET";
        List<String> objects = List.of(
                "<< /Type /Catalog /Pages 2 0 R >>",
                "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
                        + " /Resources << /Font << /F1 5 0 R >> >> >>",
                "<< /Length " + content.length() + " >>\nstream\n" + content + "\nendstream",
                "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
        StringBuilder pdf = new StringBuilder("%PDF-1.4\n");
        StringBuilder places = new StringBuilder("0000000000 65535 f \n");
        for (int i = 0; i < objects.size(); i++) {
            places.append(String.format(Locale.ROOT, "%010d 00000 n \n", pdf.length()));
            pdf.append(i + 1).append(" 0 obj\n").append(objects.get(i)).append("\nendobj\n");
        }
        int table = pdf.length();
        int size = objects.size() + 1;
        pdf.append("xref\n0 ").append(size).append('\n').append(places);
        pdf.append("trailer << /Size ").append(size).append(" /Root 1 0 R >>\n");
        pdf.append("startxref\n").append(table).append("\n%%EOF\n");
        return pdf.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static DataSet head(Study study, String modality, int series, String sopClass, String uid) {
        String date = study.date().format(DateTimeFormatter.BASIC_ISO_DATE);
        return new DataSet()
                .putString(Tag.SpecificCharacterSet, "ISO_IR 192")
                .putString(Tag.SOPClassUID, sopClass)
                .putString(Tag.SOPInstanceUID, uid)
                .putString(Tag.StudyDate, date)
                .putString(Tag.SeriesDate, date)
                .putString(Tag.ContentDate, date)
                .putString(Tag.StudyTime, "093000")
                .putString(Tag.SeriesTime, "093500")
                .putString(Tag.ContentTime, "094000")
                .putString(Tag.TimezoneOffsetFromUTC, "+0000")
                .putString(Tag.AccessionNumber, study.accession())
                .putString(Tag.Modality, modality)
                .putString(Tag.Manufacturer, "Isocenter demo")
                .putString(Tag.InstitutionName, "Hospital of the Demo")
                .putString(Tag.ReferringPhysicianName, "Demo^Referrer")
                .putString(Tag.StudyDescription, study.description())
                .putString(Tag.PatientName, study.patient().name())
                .putString(Tag.PatientID, study.patient().id())
                .putString(Tag.PatientBirthDate, study.patient().birth().format(DateTimeFormatter.BASIC_ISO_DATE))
                .putString(Tag.PatientSex, study.patient().sex())
                .putString(Tag.StudyInstanceUID, study.uid())
                .putString(Tag.SeriesInstanceUID, study.uid("series " + series))
                .putString(Tag.StudyID, Integer.toString(study.number()))
                .putInts(Tag.SeriesNumber, series);
    }

    /// A body with what is in it, smaller towards both ends, and noise.
    private static byte[] pixels(Study study, int number) {
        SplittableRandom noise = new SplittableRandom(study.number() * 1_000L + number);
        double size = 0.75 + 0.25 * Math.sin(Math.PI * number / (SLICES + 1));
        List<Ellipse> body = study.modality().equals("CT") ? trunk(study.bodyPart(), size) : joint(size);
        ByteBuffer pixels = ByteBuffer.allocate(2 * SIDE * SIDE).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < SIDE; row++) {
            for (int column = 0; column < SIDE; column++) {
                double x = 2.0 * column / SIDE - 1;
                double y = 2.0 * row / SIDE - 1;
                int value = 0;
                for (Ellipse part : body) {
                    value = part.holds(x, y) ? part.value() : value;
                }
                pixels.putShort((short) Math.clamp(value + noise.nextInt(-12, 13), 0, 4095));
            }
        }
        return pixels.array();
    }

    /// In Hounsfield units plus 1024: soft tissue, lungs or a liver, and a spine.
    private static List<Ellipse> trunk(String bodyPart, double size) {
        List<Ellipse> parts = new ArrayList<>();
        parts.add(new Ellipse(0, 0, 0.9 * size, 0.65 * size, 1_064));
        if (bodyPart.equals("CHEST")) {
            parts.add(new Ellipse(-0.4, -0.05, 0.33 * size, 0.42 * size, 200));
            parts.add(new Ellipse(0.4, -0.05, 0.33 * size, 0.42 * size, 200));
            parts.add(new Ellipse(0.08, -0.1, 0.2 * size, 0.25 * size, 1_074));
        } else {
            parts.add(new Ellipse(-0.4, -0.1, 0.35 * size, 0.35 * size, 1_034));
            parts.add(new Ellipse(0.5, 0.05, 0.15 * size, 0.2 * size, 1_124));
        }
        parts.add(new Ellipse(0, 0.42, 0.12, 0.12, 1_724));
        return parts;
    }

    /// Skin and fat, muscle or brain, and something in the middle.
    private static List<Ellipse> joint(double size) {
        return List.of(
                new Ellipse(0, 0, 0.75 * size, 0.85 * size, 900),
                new Ellipse(0, 0, 0.68 * size, 0.78 * size, 420),
                new Ellipse(-0.15, -0.05, 0.12 * size, 0.3 * size, 150),
                new Ellipse(0.15, -0.05, 0.12 * size, 0.3 * size, 150),
                new Ellipse(0.25, 0.3, 0.1 * size, 0.08 * size, 700));
    }
}
