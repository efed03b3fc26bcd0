package org.isocenter.dicom;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads DICOM files (PS3.10 section 7), and streams of the same form, in one pass and in little memory.
///
/// Values of up to {@link Limits#valueInMemoryBytes} are held in memory; larger ones and all pixel data are
/// passed over and remembered by their place in the source ({@link Value.Bulk}, {@link Value.Fragments}).
/// Every byte is read, none is skipped, so that a caller can store the stream as it passes by. What departs
/// from the standard is read where it can be read in one way only, and reported as a {@link Deviation}; the
/// rest is refused with the place of the fault.
///
/// The reader accepts files without preamble, without `DICM`, and without file meta information, when their first
/// elements tell the encoding.
public final class Part10Reader {
    private static final int PREAMBLE_BYTES = 128;
    private static final int DICM = 'D' | 'I' << 8 | 'C' << 16 | 'M' << 24;

    private final Input in;
    private final ReadOptions options;
    private final Deviations deviations = new Deviations();

    private Part10Reader(InputStream stream, ReadOptions options) {
        this.options = options;
        in = new Input(
                (target, offset, length) -> stream.read(target, offset, length),
                0,
                options.limits().instanceBytes());
    }

    /// Reads a file to the end of the stream, which is not closed; or up to its pixel data, where the options
    /// say so, in which case some more of the stream may have been read.
    ///
    /// @throws MalformedException where the input is no DICOM file, is broken, or exceeds a limit
    public static Part10 read(InputStream stream, ReadOptions options) throws IOException, MalformedException {
        return new Part10Reader(stream, options).read();
    }

    /// Reads a data set that stands alone, as network messages have it: without preamble and file meta
    /// information, in a transfer syntax that is known. The offsets of its bulk values count from its own
    /// first byte.
    public static Part10 readDataSet(InputStream stream, TransferSyntax syntax, ReadOptions options)
            throws IOException, MalformedException {
        Part10Reader reader = new Part10Reader(stream, options);
        return reader.readDataSet(null, new DataSet(), syntax);
    }

    /// The virtual source that the offsets of a file count in: the stream itself, but for a deflated data
    /// set, which is inflated as it is read.
    ///
    /// @param stream the file from its first byte
    /// @param part10 what was read of it
    public static InputStream inflated(InputStream stream, Part10 part10) {
        return inflated(stream, part10.transferSyntax(), part10.dataSetOffset());
    }

    /// The same for a file of which no more is at hand than its transfer syntax and where its data set begins.
    public static InputStream inflated(InputStream stream, TransferSyntax syntax, long dataSetOffset) {
        return syntax.deflated() ? new InflatedStream(stream, dataSetOffset) : stream;
    }

    private Part10 read() throws IOException, MalformedException {
        byte[] preamble = readPreamble();
        DataSet meta = new DataSet();
        if (startsGroup2()) {
            meta = readFileMeta();
        } else {
            deviate(Deviation.Kind.NO_FILE_META);
        }
        return readDataSet(preamble, meta, declaredSyntax(meta));
    }

    private Part10 readDataSet(byte @Nullable [] preamble, DataSet meta, @Nullable TransferSyntax declared)
            throws IOException, MalformedException {
        long offset = in.position();
        TransferSyntax syntax = actualSyntax(declared);
        if (!syntax.deflated()) {
            return readDataSet(in, preamble, meta, syntax, offset);
        }
        Limits limits = options.limits();
        try (Inflation inflation =
                new Inflation(in, limits.inflateRatio(), limits.inflateFreeBytes(), options.acceptTruncated())) {
            Input inflated = new Input(inflation, offset, limits.instanceBytes());
            Part10 part10 = readDataSet(inflated, preamble, meta, syntax, offset);
            if (inflation.wrapped()) {
                deviations.add(Deviation.Kind.ZLIB_WRAPPER, "", offset);
            }
            if (inflation.truncated() && !part10.deviates(Deviation.Kind.TRUNCATED)) {
                deviations.add(Deviation.Kind.TRUNCATED, "", inflated.position());
            }
            return part10.with(deviations.list());
        }
    }

    private Part10 readDataSet(
            Input input, byte @Nullable [] preamble, DataSet meta, TransferSyntax syntax, long offset)
            throws IOException, MalformedException {
        DataSetReader reader = DataSetReader.ofDataSet(input, options, syntax, deviations);
        DataSet dataSet = reader.read();
        long length = options.untilPixelData() ? -1 : input.position();
        TransferSyntax actual = reader.nativePixelData() ? unencapsulated(syntax) : syntax;
        return new Part10(preamble, meta, dataSet, actual, deviations.list(), offset, length);
    }

    // Preamble and file meta information

    private byte @Nullable [] readPreamble() throws IOException, MalformedException {
        if (in.has(PREAMBLE_BYTES + 4) && LittleEndian.integer(in.buffer, in.at + PREAMBLE_BYTES) == DICM) {
            byte[] preamble = new byte[PREAMBLE_BYTES];
            System.arraycopy(in.buffer, in.at, preamble, 0, PREAMBLE_BYTES);
            in.at += PREAMBLE_BYTES + 4;
            return preamble;
        }
        if (in.buffered() == 0) {
            throw new MalformedException("the input is empty", "", 0);
        }
        deviate(Deviation.Kind.NO_PREAMBLE);
        if (in.has(4) && LittleEndian.integer(in.buffer, in.at) == DICM) {
            in.at += 4;
            return new byte[0];
        }
        int group = in.has(8) ? LittleEndian.unsignedShort(in.buffer, in.at) : 0;
        if (group != 0x0002 && group != 0x0008 && group != 0x0800) {
            throw new MalformedException("no DICM prefix at byte 128, and no data set at the start", "", 0);
        }
        return null;
    }

    private boolean startsGroup2() throws IOException, MalformedException {
        return in.has(2) && LittleEndian.unsignedShort(in.buffer, in.at) == 2;
    }

    private DataSet readFileMeta() throws IOException, MalformedException {
        TransferSyntax encoding = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
        if (!Encodings.plain(in, encoding) && Encodings.plain(in, TransferSyntax.IMPLICIT_LITTLE_ENDIAN)) {
            encoding = TransferSyntax.IMPLICIT_LITTLE_ENDIAN;
            deviate(Deviation.Kind.FILE_META_IMPLICIT);
        }
        long start = in.position();
        DataSetReader reader = DataSetReader.ofFileMeta(in, options, encoding, deviations);
        DataSet meta = reader.readMetaElement();
        long end = declaredEnd(meta, in.position());
        while (startsGroup2()) {
            if (in.position() == end && deflated(meta)) {
                break;
            }
            meta = reader.readMetaElement();
        }
        if (in.position() != end) {
            deviations.add(Deviation.Kind.FILE_META_LENGTH, Tags.format(Tag.FileMetaInformationGroupLength), start);
        }
        return meta;
    }

    /// Where the group ends by its first element, or -1.
    private static long declaredEnd(DataSet meta, long position) {
        Element length = meta.find(Tag.FileMetaInformationGroupLength);
        return length != null && length.value() instanceof Value.Bytes bytes && bytes.length() == 4
                ? position + (LittleEndian.integer(bytes.array(), bytes.offset()) & 0xFFFFFFFFL)
                : -1;
    }

    /// Deflated data may begin like an element of group 0002.
    private static boolean deflated(DataSet meta) {
        String uid = meta.findString(Tag.TransferSyntaxUID);
        TransferSyntax syntax = uid == null ? null : TransferSyntax.find(uid);
        return syntax != null && syntax.deflated();
    }

    // The transfer syntax

    private @Nullable TransferSyntax declaredSyntax(DataSet meta) throws MalformedException {
        String uid = meta.findString(Tag.TransferSyntaxUID);
        if (uid == null) {
            if (!meta.isEmpty()) {
                deviate(Deviation.Kind.NO_FILE_META);
            }
            return null;
        }
        TransferSyntax declared = TransferSyntax.find(uid);
        if (declared == null) {
            throw new MalformedException(
                    "unknown transfer syntax " + uid.substring(0, Math.min(uid.length(), 64)),
                    Tags.format(Tag.TransferSyntaxUID),
                    in.position());
        }
        return declared;
    }

    /// The declared transfer syntax where the data set may be in it, or the only one that its first elements fit.
    private TransferSyntax actualSyntax(@Nullable TransferSyntax declared) throws IOException, MalformedException {
        if (declared != null && (!in.has(1) || !declared.deflated() && Encodings.plain(in, declared))) {
            return declared;
        }
        List<TransferSyntax> fitting = Encodings.fitting(in);
        if (declared == null) {
            if (fitting.size() != 1) {
                throw new MalformedException(
                        "no transfer syntax is named, and the first elements do not tell", "", in.position());
            }
            return fitting.getFirst();
        }
        if (declared.deflated() ? !fitting.contains(TransferSyntax.EXPLICIT_LITTLE_ENDIAN) : fits(declared, fitting)) {
            return declared;
        }
        if (fitting.size() != 1) {
            return declared;
        }
        deviate(Deviation.Kind.OTHER_TRANSFER_SYNTAX);
        TransferSyntax fit = fitting.getFirst();
        return declared.encapsulated() ? declared.withEncoding(fit.explicitVr(), fit.bigEndian()) : fit;
    }

    private static TransferSyntax unencapsulated(TransferSyntax syntax) {
        if (!syntax.explicitVr()) {
            return TransferSyntax.IMPLICIT_LITTLE_ENDIAN;
        }
        return syntax.bigEndian() ? TransferSyntax.EXPLICIT_BIG_ENDIAN : TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
    }

    private static boolean fits(TransferSyntax declared, List<TransferSyntax> fitting) {
        return fitting.stream()
                .anyMatch(syntax ->
                        syntax.explicitVr() == declared.explicitVr() && syntax.bigEndian() == declared.bigEndian());
    }

    private void deviate(Deviation.Kind kind) {
        deviations.add(kind, "", in.position());
    }
}
