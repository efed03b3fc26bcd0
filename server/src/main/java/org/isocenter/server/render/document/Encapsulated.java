package org.isocenter.server.render.document;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Value;
import org.isocenter.server.render.Instance;
import org.jspecify.annotations.Nullable;

/// A document of another standard within an instance (PS3.3 C.24.2), which is given out byte for byte.
///
/// @param type what it is
/// @param value the bytes, without what pads them: in memory ({@link Value.Bytes}), or as a range of the source
///     that the instance was read from ({@link Value.Bulk})
public record Encapsulated(Type type, Value value) {

    /// The documents that the standard encapsulates (PS3.3 A.45, A.85, A.104).
    public enum Type {
        PDF("pdf", true, "application/pdf"),
        /// XML and never HTML, whatever it holds.
        CDA("xml", true, "text/xml", "application/xml"),
        STL("stl", false, "model/stl"),
        OBJ("obj", false, "model/obj"),
        MTL("mtl", false, "model/mtl"),
        /// Another one, of which nothing is believed.
        OTHER("bin", false, "application/octet-stream");

        private final String ending;
        private final boolean shown;
        private final List<String> mediaTypes;

        Type(String ending, boolean shown, String... mediaTypes) {
            this.ending = ending;
            this.shown = shown;
            this.mediaTypes = List.of(mediaTypes);
        }

        /// The usual one first.
        List<String> mediaTypes() {
            return mediaTypes;
        }

        /// What a file of it is called behind the point.
        public String ending() {
            return ending;
        }

        /// Whether browsers can show it; what they cannot they are to keep as a file.
        public boolean shown() {
            return shown;
        }

        /// By the SOP class, and for others by MIME Type of Encapsulated Document (0042,0012).
        static Type of(DataSet dataSet) {
            String sopClass = dataSet.findString(Tag.SOPClassUID);
            String mime = dataSet.findString(Tag.MIMETypeOfEncapsulatedDocument);
            return switch (sopClass) {
                case "1.2.840.10008.5.1.4.1.1.104.1" -> PDF;
                case "1.2.840.10008.5.1.4.1.1.104.2" -> CDA;
                case "1.2.840.10008.5.1.4.1.1.104.3" -> STL;
                case "1.2.840.10008.5.1.4.1.1.104.4" -> OBJ;
                case "1.2.840.10008.5.1.4.1.1.104.5" -> MTL;
                case null, default -> named(mime == null ? "" : mime.toLowerCase(Locale.ROOT));
            };
        }

        private static Type named(String mime) {
            return switch (mime) {
                case "application/pdf" -> PDF;
                case "text/xml", "application/xml" -> CDA;
                case "model/stl", "application/sla" -> STL;
                case "model/obj" -> OBJ;
                case "model/mtl" -> MTL;
                default -> OTHER;
            };
        }
    }

    /// The document of an instance, or null where it has none.
    ///
    /// @throws IOException where the source cannot be read: the last byte is looked at where the instance does not
    ///     tell the length of its document
    public static @Nullable Encapsulated find(Instance instance) throws IOException {
        DataSet dataSet = instance.dataSet();
        Element element = dataSet.find(Tag.EncapsulatedDocument);
        if (element == null || element.value().lengthBytes() <= 0) {
            return null;
        }
        Type type = Type.of(dataSet);
        return switch (element.value()) {
            case Value.Bytes bytes -> {
                int last = bytes.array()[bytes.offset() + bytes.length() - 1];
                long length = lengthBytes(dataSet, type, bytes.length(), last);
                yield new Encapsulated(type, new Value.Bytes(bytes.array(), bytes.offset(), (int) length));
            }
            case Value.Bulk bulk -> {
                ByteArrayOutputStream last = new ByteArrayOutputStream(1);
                instance.bulk().transfer(bulk.offset() + bulk.lengthBytes() - 1, 1, last);
                long length = lengthBytes(dataSet, type, bulk.lengthBytes(), last.toByteArray()[0]);
                yield new Encapsulated(type, new Value.Bulk(bulk.offset(), length));
            }
            case Value.Items items -> null;
            case Value.Fragments fragments -> null;
            case Value.Link link -> null;
        };
    }

    /// Encapsulated Document Length (0042,0015), as far as it can be true: an element is padded by one byte at
    /// most. Where it does not tell, a NUL at the end is taken for padding, which would be the end of no text. The
    /// length of a binary STL is 84 bytes and 50 for each triangle, and may well end with a NUL.
    private static long lengthBytes(DataSet dataSet, Type type, long wholeBytes, int last) {
        Double told = dataSet.findDouble(Tag.EncapsulatedDocumentLength);
        if (told != null && (told == wholeBytes || told == wholeBytes - 1)) {
            return told.longValue();
        }
        boolean binary = type == Type.OTHER || type == Type.STL && (wholeBytes - 84) % 50 == 0;
        return !binary && last == 0 ? wholeBytes - 1 : wholeBytes;
    }

    public long lengthBytes() {
        return value.lengthBytes();
    }
}
