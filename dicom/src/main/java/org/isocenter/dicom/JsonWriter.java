package org.isocenter.dicom;

import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes data sets in the DICOM JSON model (PS3.18 annex F).
///
/// What the standard leaves open, or what is worth knowing:
///
/// - Attributes come by ascending tag, without group lengths (F.2.2) and without file meta information.
/// - (0008,0005) is written as it stands in the data set. It tells how the source was encoded and says
///   nothing of the JSON, which is UTF-8 (F.2.2 note 3, as of edition 2025e).
/// - DS and IS are JSON numbers where their text is one and a double holds it exactly enough to give the same
///   digits back, otherwise strings; SV and UV are numbers up to 2⁵³ - 1 in magnitude, otherwise strings
///   (table F.2.3-1 and its note; RFC 8259 section 6).
/// - F.2.3 has no word for values of FL and FD that are not finite, and JSON no number. They are the strings
///   `NaN`, `Infinity` and `-Infinity`, as the other servers of the field write them.
/// - Padding is not written. A value that is nothing but padding is empty: `null` among others, and no
///   `Value` at all where it is the only one (F.2.5).
/// - A name of more than three component groups keeps the rest in `Phonetic`.
/// - Items under VR UN (PS3.5 6.2.2 note 2) are shown as SQ, and bytes under VR SQ as UN.
/// - Bytes beyond the last whole number of a binary number are left out.
///
/// Text of plain ASCII goes from the value to the output without becoming a string. Nesting is walked with a
/// stack of its own. One writer serves one thread. It keeps what it wrote until its buffer is full or {@link
/// #flush()} is called.
public final class JsonWriter implements Flushable {
    private static final byte[] ATTRIBUTE = ascii("\"00000000\":{\"vr\":\"XX\"");
    private static final byte[] VALUE = ascii(",\"Value\":[");
    private static final byte[] INLINE_BINARY = ascii(",\"InlineBinary\":");
    private static final byte[] BULK_DATA_URI = ascii(",\"BulkDataURI\":");
    private static final byte[] VALUE_END = ascii("]}");
    private static final byte[][] NAME_GROUPS = {
        ascii("\"Alphabetic\":"), ascii("\"Ideographic\":"), ascii("\"Phonetic\":")
    };

    /// What a byte of text asks for. The bytes of class 0 are the same character in every character set of
    /// the standard as long as no escape sequence is met, and JSON takes them as they are.
    private static final byte[] CLASSES = new byte[256];

    private static final int SEPARATOR = 1;
    private static final int DECODE = 2;
    /// An overline in JIS X 0201, a tilde everywhere else.
    private static final int TILDE = 4;

    static {
        for (int b = 0; b < 256; b++) {
            CLASSES[b] = (byte) (b < ' ' || b > '~' || b == '"' ? DECODE : 0);
        }
        CLASSES['\\'] = SEPARATOR;
        CLASSES['~'] = TILDE;
    }

    private static final long LARGEST_SAFE_INTEGER = (1L << 53) - 1;

    private final JsonBytes json;
    private final BulkLinks links;
    private final List<Frame> frames = new ArrayList<>();
    private final StringBuilder path = new StringBuilder();
    private int depth;
    private boolean inArray;
    private boolean first = true;

    /// A data set on the way, and the sequence in it whose items are being written.
    private static final class Frame {
        private Element[] elements = {};
        private int size;
        private int next;
        private boolean first = true;
        private CharacterSets characterSets = CharacterSets.DEFAULT;
        private List<Value.Item> items = List.of();
        private int item;
        private int pathLength;
    }

    public JsonWriter(OutputStream out, BulkLinks links) {
        this.json = new JsonBytes(out);
        this.links = links;
    }

    private JsonWriter(JsonBytes json) {
        this.json = json;
        this.links = BulkLinks.NONE;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// The JSON object of one attribute, such as `{"vr":"CS","Value":["CT"]}`, as it stands behind the tag.
    public static byte[] attribute(Element element, CharacterSets characterSets) {
        JsonBytes json = new JsonBytes(null);
        JsonWriter writer = new JsonWriter(json);
        try {
            writer.writeBare(element, characterSets);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return json.toArray();
    }

    /// Begins an array of data sets, the form of every answer of PS3.18 that has several (F.2.1).
    public void startArray() throws IOException {
        json.put('[');
        inArray = true;
        first = true;
    }

    public void endArray() throws IOException {
        json.put(']');
        inArray = false;
    }

    /// Writes a data set as one JSON object, with a comma before it where it is not the first of an array.
    public void write(DataSet dataSet) throws IOException {
        if (inArray && !first) {
            json.put(',');
        }
        first = false;
        walk(dataSet);
    }

    /// Hands everything to the stream, and flushes it.
    @Override
    public void flush() throws IOException {
        json.flush();
    }

    private void walk(DataSet root) throws IOException {
        depth = 0;
        path.setLength(0);
        open(root);
        while (depth > 0) {
            Frame frame = frames.get(depth - 1);
            if (frame.next == frame.size) {
                json.put('}');
                depth--;
                if (depth > 0) {
                    nextItem(frames.get(depth - 1));
                }
                continue;
            }
            Element element = frame.elements[frame.next++];
            int tag = element.tag();
            if (Tags.isGroupLength(tag) || Tags.group(tag) == 2) {
                continue;
            }
            if (!frame.first) {
                json.put(',');
            }
            frame.first = false;
            json.putTemplate(ATTRIBUTE, 1, tag, 18, shownVr(element));
            if (element.value() instanceof Value.Items items && !items.items().isEmpty()) {
                json.put(VALUE);
                startItems(frame, tag, items);
            } else {
                writeValue(element, frame.characterSets, frame.pathLength);
                json.put('}');
            }
        }
    }

    private void open(DataSet dataSet) throws IOException {
        if (depth == frames.size()) {
            frames.add(new Frame());
        }
        Frame frame = frames.get(depth++);
        frame.elements = dataSet.ascendingElements();
        frame.size = dataSet.size();
        frame.next = 0;
        frame.first = true;
        frame.characterSets = dataSet.characterSets();
        frame.pathLength = path.length();
        json.put('{');
    }

    private void startItems(Frame frame, int tag, Value.Items items) throws IOException {
        frame.items = items.items();
        frame.item = 0;
        if (links != BulkLinks.NONE) {
            path.setLength(frame.pathLength);
            path.append(Tags.hex(tag)).append('/');
        }
        nextItem(frame);
    }

    private void nextItem(Frame frame) throws IOException {
        if (frame.item == frame.items.size()) {
            json.put(VALUE_END);
            return;
        }
        if (frame.item > 0) {
            json.put(',');
        }
        if (links != BulkLinks.NONE) {
            path.setLength(frame.pathLength + 9);
            path.append(frame.item).append('/');
        }
        open(frame.items.get(frame.item++).dataSet());
    }

    private void writeBare(Element element, CharacterSets characterSets) throws IOException {
        json.put(ascii("{\"vr\":\"" + shownVr(element) + '"'));
        if (element.value() instanceof Value.Items items && !items.items().isEmpty()) {
            json.put(VALUE);
            for (int i = 0; i < items.items().size(); i++) {
                if (i > 0) {
                    json.put(',');
                }
                walk(items.items().get(i).dataSet());
            }
            json.put(']');
        } else {
            writeValue(element, characterSets, 0);
        }
        json.put('}');
    }

    /// The representation that the models show: items are a sequence whatever they stand under.
    static Vr shownVr(Element element) {
        Vr vr = element.vr();
        if (element.value() instanceof Value.Items) {
            return Vr.SQ;
        }
        return vr == Vr.SQ && !element.empty() ? Vr.UN : vr;
    }

    private void writeValue(Element element, CharacterSets characterSets, int pathLength) throws IOException {
        if (element.empty()) {
            return;
        }
        String link = findLink(element, pathLength);
        if (link != null) {
            json.put(BULK_DATA_URI);
            json.putString(link);
            return;
        }
        if (!(element.value() instanceof Value.Bytes bytes)) {
            return;
        }
        Vr vr = element.vr();
        if (vr.number()) {
            writeNumbers(vr, bytes);
        } else if (vr.text()) {
            writeText(vr, bytes, characterSets);
        } else {
            json.put(INLINE_BINARY);
            json.putBase64(bytes.array(), bytes.offset(), bytes.length());
        }
    }

    private @Nullable String findLink(Element element, int pathLength) {
        boolean inMemory = element.value() instanceof Value.Bytes;
        if (links != BulkLinks.NONE && (!inMemory || element.vr().binary())) {
            path.setLength(pathLength);
            String found = links.find(path.append(Tags.hex(element.tag())).toString(), element);
            path.setLength(pathLength);
            if (found != null) {
                return found;
            }
        }
        return element.value() instanceof Value.Link link ? link.uri() : null;
    }

    private void writeNumbers(Vr vr, Value.Bytes bytes) throws IOException {
        int unit = vr == Vr.AT ? 4 : vr.unitBytes();
        int count = bytes.length() / unit;
        if (count == 0) {
            return;
        }
        json.put(VALUE);
        byte[] array = bytes.array();
        int at = bytes.offset();
        for (int i = 0; i < count; i++, at += unit) {
            if (i > 0) {
                json.put(',');
            }
            switch (vr) {
                case US -> json.putLong(LittleEndian.unsignedShort(array, at));
                case SS -> json.putLong((short) LittleEndian.unsignedShort(array, at));
                case UL -> json.putLong(LittleEndian.integer(array, at) & 0xFFFFFFFFL);
                case SL -> json.putLong(LittleEndian.integer(array, at));
                case SV -> writeLong(LittleEndian.longInteger(array, at));
                case UV -> writeUnsignedLong(LittleEndian.longInteger(array, at));
                case FL -> writeFloat(Float.intBitsToFloat(LittleEndian.integer(array, at)));
                case FD -> writeDouble(Double.longBitsToDouble(LittleEndian.longInteger(array, at)));
                case AT ->
                    json.putTag(
                            Tags.of(LittleEndian.unsignedShort(array, at), LittleEndian.unsignedShort(array, at + 2)));
                case AE,
                        AS,
                        CS,
                        DA,
                        DS,
                        DT,
                        IS,
                        LO,
                        LT,
                        OB,
                        OD,
                        OF,
                        OL,
                        OV,
                        OW,
                        PN,
                        SH,
                        SQ,
                        ST,
                        TM,
                        UC,
                        UI,
                        UN,
                        UR,
                        UT -> throw new IllegalArgumentException(vr + " holds no binary numbers");
            }
        }
        json.put(']');
    }

    private void writeLong(long value) throws IOException {
        if (Math.abs(value) <= LARGEST_SAFE_INTEGER && value != Long.MIN_VALUE) {
            json.putLong(value);
        } else {
            json.putString(Long.toString(value));
        }
    }

    private void writeUnsignedLong(long value) throws IOException {
        if (value >= 0 && value <= LARGEST_SAFE_INTEGER) {
            json.putLong(value);
        } else {
            json.putString(Long.toUnsignedString(value));
        }
    }

    private void writeFloat(float value) throws IOException {
        if (Float.isFinite(value)) {
            json.putFloat(value);
        } else {
            json.putString(Float.toString(value));
        }
    }

    private void writeDouble(double value) throws IOException {
        if (Double.isFinite(value)) {
            json.putDouble(value);
        } else {
            json.putString(Double.toString(value));
        }
    }

    private void writeText(Vr vr, Value.Bytes bytes, CharacterSets characterSets) throws IOException {
        byte[] array = bytes.array();
        int from = bytes.offset();
        int to = trimEnd(array, from, from + bytes.length());
        int classes = 0;
        for (int i = from; i < to; i++) {
            classes |= CLASSES[array[i] & 0xFF];
        }
        boolean decode = (classes & DECODE) != 0
                || (classes & TILDE) != 0 && vr.localText()
                || (classes & SEPARATOR) != 0 && !vr.multiValuedText();
        if (decode) {
            writeDecoded(vr, characterSets.decode(array, from, to - from, vr));
        } else if (to > (vr.multiValuedText() && vr != Vr.PN ? trimStart(array, from, to) : from)) {
            json.put(VALUE);
            writePlain(vr, array, from, to, (classes & SEPARATOR) != 0);
            json.put(']');
        }
    }

    private void writePlain(Vr vr, byte[] array, int from, int to, boolean several) throws IOException {
        int start = from;
        while (several) {
            int end = start;
            while (end < to && array[end] != '\\') {
                end++;
            }
            if (end == to) {
                break;
            }
            writePlainValue(vr, array, start, end);
            json.put(',');
            start = end + 1;
        }
        writePlainValue(vr, array, start, to);
    }

    private void writePlainValue(Vr vr, byte[] array, int from, int to) throws IOException {
        int end = trimEnd(array, from, to);
        int start = vr.multiValuedText() && vr != Vr.PN ? trimStart(array, from, end) : from;
        if (start == end) {
            json.putNull();
        } else if (vr == Vr.PN) {
            writePlainName(array, start, end);
        } else if ((vr == Vr.DS || vr == Vr.IS) && faithfulNumber(array, start, end)) {
            json.put(array, start, end - start);
        } else {
            json.putPlain(array, start, end - start);
        }
    }

    private void writePlainName(byte[] array, int from, int to) throws IOException {
        char before = '{';
        int start = from;
        for (int group = 0; group < 3 && start <= to; group++) {
            int end = start;
            while (end < to && (array[end] != '=' || group == 2)) {
                end++;
            }
            int trimmed = trimEnd(array, start, end);
            if (trimmed > start) {
                json.put(before);
                json.put(NAME_GROUPS[group]);
                json.putPlain(array, start, trimmed - start);
                before = ',';
            }
            start = end + 1;
        }
        endName(before);
    }

    private void endName(char before) throws IOException {
        if (before == '{') {
            json.putNull();
        } else {
            json.put('}');
        }
    }

    private void writeDecoded(Vr vr, String text) throws IOException {
        if (trimEnd(text, 0, text.length()) == 0) {
            return;
        }
        json.put(VALUE);
        int start = 0;
        for (int end = vr.multiValuedText() ? text.indexOf('\\') : -1; end >= 0; end = text.indexOf('\\', start)) {
            writeDecodedValue(vr, text, start, end);
            json.put(',');
            start = end + 1;
        }
        writeDecodedValue(vr, text, start, text.length());
        json.put(']');
    }

    private void writeDecodedValue(Vr vr, String text, int from, int to) throws IOException {
        int end = trimEnd(text, from, to);
        int start = from;
        while (vr.multiValuedText() && vr != Vr.PN && start < end && text.charAt(start) == ' ') {
            start++;
        }
        if (start == end) {
            json.putNull();
        } else if (vr == Vr.PN) {
            writeDecodedName(text, start, end);
        } else if (vr == Vr.DS || vr == Vr.IS) {
            byte[] number = text.substring(start, end).getBytes(StandardCharsets.UTF_8);
            if (faithfulNumber(number, 0, number.length)) {
                json.put(number);
            } else {
                json.putString(text, start, end);
            }
        } else {
            json.putString(text, start, end);
        }
    }

    private void writeDecodedName(String text, int from, int to) throws IOException {
        char before = '{';
        int start = from;
        for (int group = 0; group < 3 && start <= to; group++) {
            int separator = group == 2 ? -1 : text.indexOf('=', start);
            int end = separator < 0 || separator > to ? to : separator;
            int trimmed = trimEnd(text, start, end);
            if (trimmed > start) {
                json.put(before);
                json.put(NAME_GROUPS[group]);
                json.putString(text, start, trimmed);
                before = ',';
            }
            start = end + 1;
        }
        endName(before);
    }

    private static int trimEnd(byte[] array, int from, int to) {
        int end = to;
        while (end > from && (array[end - 1] == ' ' || array[end - 1] == 0)) {
            end--;
        }
        return end;
    }

    private static int trimEnd(String text, int from, int to) {
        int end = to;
        while (end > from && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == 0)) {
            end--;
        }
        return end;
    }

    private static int trimStart(byte[] array, int from, int to) {
        int start = from;
        while (start < to && array[start] == ' ') {
            start++;
        }
        return start;
    }

    /// Whether text is a number of JSON (RFC 8259 section 6) whose digits a double gives back.
    ///
    /// Fifteen significant digits always come back; sixteen and seventeen do where they are what the nearest
    /// double is written as. Exponents of more than two digits are not followed, nor texts longer than any
    /// double needs.
    static boolean faithfulNumber(byte[] text, int from, int to) {
        if (to - from > 24) {
            return false;
        }
        int at = from < to && text[from] == '-' ? from + 1 : from;
        int integer = at;
        at = skipDigits(text, at, to);
        if (at == integer || text[integer] == '0' && at > integer + 1) {
            return false;
        }
        if (at < to && text[at] == '.') {
            int fraction = at + 1;
            at = skipDigits(text, fraction, to);
            if (at == fraction) {
                return false;
            }
        }
        int mantissaEnd = at;
        if (at < to && (text[at] == 'e' || text[at] == 'E')) {
            at++;
            if (at < to && (text[at] == '+' || text[at] == '-')) {
                at++;
            }
            int exponent = at;
            at = skipDigits(text, exponent, to);
            if (at == exponent || at > exponent + 2) {
                return false;
            }
        }
        return at == to && (significantDigits(text, integer, mantissaEnd) <= 15 || comesBack(text, from, to));
    }

    private static int skipDigits(byte[] text, int from, int to) {
        int at = from;
        while (at < to && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        return at;
    }

    private static int significantDigits(byte[] text, int from, int to) {
        int digits = 0;
        int significant = 0;
        for (int i = from; i < to; i++) {
            if (text[i] == '.' || digits == 0 && text[i] == '0') {
                continue;
            }
            digits++;
            if (text[i] != '0') {
                significant = digits;
            }
        }
        return significant;
    }

    private static boolean comesBack(byte[] text, int from, int to) {
        String written = new String(text, from, to - from, StandardCharsets.US_ASCII);
        BigDecimal nearest = new BigDecimal(Double.toString(Double.parseDouble(written)));
        return nearest.compareTo(new BigDecimal(written)) == 0;
    }
}
