package org.isocenter.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Puts data sets together from what a JSON or XML model tells, in the order in which a parser meets
/// it.
///
/// A parser calls {@link #startDataSet}, then for each attribute {@link #startAttribute}, its parts in
/// any order, and {@link #endAttribute}, and at last {@link #endDataSet}; a data set begun inside an
/// attribute is an item of it. The data sets under construction are a stack of their own, so that
/// nothing recurses, and what is kept of the input is counted against one bound, so that no input takes
/// more memory than that.
///
/// Text is encoded in UTF-8. The models say that (0008,0005) tells how the source was encoded and not
/// how the model is (PS3.18 F.2.2 note 3), so it is kept as it is where all text of the data set is the
/// same bytes in every character set, and is otherwise replaced by `ISO_IR 192`, in items as well.
final class ModelAssembly {
    /// What is kept of one input, as an estimate of its size on the heap.
    private static final long MOST_BYTES = 256L << 20;

    private static final int OBJECT_BYTES = 64;
    private static final int MOST_NUMBER_CHARACTERS = 64;
    private static final CharacterSets UTF_8 = CharacterSets.of(List.of("ISO_IR 192"));

    /// A number of JSON, as its text.
    private record Numeral(String text) {}

    /// The component groups of a name.
    record Name(
            @Nullable String alphabetic,
            @Nullable String ideographic,
            @Nullable String phonetic) {}

    /// A data set under construction and the attribute of it that is being read.
    private static final class Frame {
        private final DataSet dataSet = new DataSet();
        private boolean inAttribute;
        private int tag;
        private @Nullable Vr vr;
        private @Nullable List<@Nullable Object> values;
        private @Nullable String inlineBinary;
        private @Nullable String link;
    }

    /// A data set and the one around it, which is null for the outermost.
    private record Nested(DataSet dataSet, @Nullable DataSet around) {}

    private final Limits limits;
    private final List<Frame> frames = new ArrayList<>();
    private final List<Nested> nested = new ArrayList<>();
    private long kept;
    private int elements;
    private boolean plain = true;

    ModelAssembly(Limits limits) {
        this.limits = limits;
    }

    /// The data sets that have been begun and not ended.
    int depth() {
        return frames.size();
    }

    /// Whether an attribute of the innermost data set has been begun and not ended.
    boolean inAttribute() {
        return !frames.isEmpty() && frames.getLast().inAttribute;
    }

    void startDataSet() throws MalformedException {
        keep(2 * OBJECT_BYTES);
        Frame frame = new Frame();
        DataSet around = null;
        if (!frames.isEmpty()) {
            Frame outer = frames.getLast();
            around = outer.dataSet;
            if (frames.size() > limits.nesting()) {
                throw malformed("sequences nested more than " + limits.nesting() + " deep");
            }
            List<@Nullable Object> items = values(outer);
            if (items.size() >= limits.items()) {
                throw malformed("more than " + limits.items() + " items");
            }
            items.add(frame.dataSet);
        }
        nested.add(new Nested(frame.dataSet, around));
        frames.add(frame);
    }

    /// @return the data set, complete where it is the outermost
    DataSet endDataSet() throws MalformedException {
        Frame frame = frames.removeLast();
        if (!frame.dataSet.sort()) {
            throw malformed("an attribute that is there twice");
        }
        if (frames.isEmpty()) {
            settleCharacterSets();
        }
        return frame.dataSet;
    }

    private void settleCharacterSets() {
        for (Nested one : nested) {
            boolean own = one.dataSet.contains(Tag.SpecificCharacterSet);
            if (!plain) {
                one.dataSet.inherit(UTF_8);
                if (own || one.around == null) {
                    one.dataSet.putString(Tag.SpecificCharacterSet, "ISO_IR 192");
                }
            } else if (!own && one.around != null) {
                one.dataSet.inherit(one.around.characterSets());
            }
        }
        nested.clear();
        plain = true;
    }

    /// @param digits eight hexadecimal digits in upper case (PS3.18 F.2.2)
    void startAttribute(String digits) throws MalformedException {
        Frame frame = frames.getLast();
        frame.tag = parseTag(digits);
        frame.inAttribute = true;
        frame.vr = null;
        frame.values = null;
        frame.inlineBinary = null;
        frame.link = null;
        if (++elements > limits.elements()) {
            throw malformed("more than " + limits.elements() + " attributes");
        }
        keep(2 * OBJECT_BYTES);
    }

    private int parseTag(String digits) throws MalformedException {
        int tag = Tags.parse(digits);
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) >= 'a') {
                tag = -1;
            }
        }
        // Answers to a store tell with a command attribute what is wrong (PS3.18 table I.2-1).
        boolean command = Tags.group(tag) == 0 && tag != Tag.ErrorComment;
        if (tag == -1 || command || Tags.group(tag) == 0xFFFE) {
            throw malformed("'" + shortened(digits) + "' where the eight digits of a tag belong");
        }
        return tag;
    }

    /// Moves the attribute to the block that its creator has in this data set, reserving the first free
    /// one where it has none (PS3.5 7.8.1). For models that leave the block out of the tag.
    void resolveBlock(String creator) throws MalformedException {
        Frame frame = frames.getLast();
        int group = Tags.group(frame.tag);
        if (!Tags.isPrivate(frame.tag) || Tags.element(frame.tag) > 0xFF) {
            return;
        }
        for (int block = 0x10; block <= 0xFF; block++) {
            int creatorTag = Tags.of(group, block);
            String found = frame.dataSet.findString(creatorTag);
            if (found == null && !frame.dataSet.contains(creatorTag)) {
                frame.dataSet.putString(creatorTag, Vr.LO, creator);
                found = creator;
            }
            if (creator.equals(found)) {
                frame.tag = Tags.of(group, block << 8 | Tags.element(frame.tag));
                return;
            }
        }
        throw malformed("no free block for the private creator");
    }

    void vr(String letters) throws MalformedException {
        Frame frame = frames.getLast();
        Vr vr = letters.length() == 2 && letters.charAt(0) < 128 && letters.charAt(1) < 128
                ? Vr.find(letters.charAt(0) << 8 | letters.charAt(1))
                : null;
        if (vr == null) {
            throw malformed("no such value representation as '" + shortened(letters) + "'");
        }
        if (frame.vr != null) {
            throw malformed("two value representations");
        }
        if (!fits(frame.tag, vr)) {
            throw malformed(vr + " where the standard has " + Dictionary.vr(frame.tag));
        }
        frame.vr = vr;
    }

    /// The representation of the attribute: the one that was told, or else that of the dictionary.
    Vr vr() {
        Frame frame = frames.getLast();
        return frame.vr != null ? frame.vr : Dictionary.vr(frame.tag);
    }

    /// Unknown fits everything, and so does everything the unknown; octets and words of any size fit
    /// each other, since it is the transfer syntax that often tells which they are.
    private static boolean fits(int tag, Vr vr) {
        Dictionary.Attribute attribute = Dictionary.find(tag);
        if (attribute == null || vr == Vr.UN || attribute.vrs().contains(vr)) {
            return true;
        }
        return attribute.vr() == Vr.UN || attribute.vr().binary() && vr.binary();
    }

    /// Tells that the attribute has values, perhaps none.
    void startValues() throws MalformedException {
        Frame frame = frames.getLast();
        if (frame.values != null) {
            throw malformed("values that are there twice");
        }
        frame.values = new ArrayList<>(1);
    }

    boolean inValues() {
        return frames.getLast().values != null;
    }

    int valueCount() {
        return values(frames.getLast()).size();
    }

    void nullValue() throws MalformedException {
        addValue(null, 0);
    }

    void string(String text) throws MalformedException {
        addValue(text, text.length());
        requireUnicode(text);
    }

    void numeral(String text) throws MalformedException {
        if (text.length() > MOST_NUMBER_CHARACTERS || exponentDigits(text) > 3) {
            throw malformed("the number " + shortened(text));
        }
        addValue(new Numeral(text), text.length());
    }

    private static int exponentDigits(String text) {
        int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
        return exponent < 0
                ? 0
                : (int) text.substring(exponent)
                        .chars()
                        .filter(Character::isDigit)
                        .count();
    }

    void name(Name name) throws MalformedException {
        int characters = 0;
        for (String group : Arrays.asList(name.alphabetic, name.ideographic, name.phonetic)) {
            if (group != null) {
                characters += group.length();
                requireUnicode(group);
            }
        }
        addValue(name, characters);
    }

    private void addValue(@Nullable Object value, int characters) throws MalformedException {
        keep(OBJECT_BYTES + 2L * characters);
        values(frames.getLast()).add(value);
    }

    private static List<@Nullable Object> values(Frame frame) {
        return Objects.requireNonNull(frame.values);
    }

    void inlineBinary(String base64) throws MalformedException {
        Frame frame = frames.getLast();
        if (frame.inlineBinary != null) {
            throw malformed("two inline binaries");
        }
        keep(2L * base64.length());
        frame.inlineBinary = base64;
    }

    void link(String uri) throws MalformedException {
        Frame frame = frames.getLast();
        if (frame.link != null) {
            throw malformed("two addresses of bulk data");
        }
        requireUnicode(uri);
        keep(2L * uri.length());
        frame.link = uri;
    }

    void endAttribute() throws MalformedException {
        Frame frame = frames.getLast();
        Vr vr = vr();
        Value value = value(frame, vr);
        frame.inAttribute = false;
        frame.values = null;
        if (!Tags.isGroupLength(frame.tag)) {
            frame.dataSet.append(new Element(frame.tag, vr, value));
        }
    }

    private Value value(Frame frame, Vr vr) throws MalformedException {
        List<@Nullable Object> values = frame.values;
        String base64 = frame.inlineBinary;
        String uri = frame.link;
        if ((values == null ? 0 : 1) + (base64 == null ? 0 : 1) + (uri == null ? 0 : 1) > 1) {
            throw malformed("more than one of values, inline binary and bulk data");
        }
        if (uri != null) {
            if (uri.isEmpty() || vr == Vr.SQ) {
                throw malformed("bulk data without an address, or of a sequence");
            }
            return new Value.Link(uri);
        }
        if (base64 != null) {
            return octets(vr, base64);
        }
        if (vr == Vr.SQ) {
            return items(values == null ? List.of() : values);
        }
        if (values == null || values.isEmpty()) {
            return Value.Bytes.EMPTY;
        }
        if (vr.number()) {
            return numbers(vr, values);
        }
        if (vr.text()) {
            return text(vr, values);
        }
        throw malformed("values where " + vr + " has inline binary");
    }

    private Value octets(Vr vr, String base64) throws MalformedException {
        if (!vr.binary()) {
            throw malformed("inline binary of " + vr);
        }
        if (base64.length() % 4 != 0) {
            throw malformed("inline binary that is not whole base 64");
        }
        try {
            byte[] octets = Base64.getDecoder().decode(base64.getBytes(StandardCharsets.ISO_8859_1));
            if (base64.chars().anyMatch(c -> c > 127)) {
                throw malformed("inline binary that is not base 64");
            }
            int unit = Math.max(2, vr.unitBytes());
            int padded = (octets.length + unit - 1) / unit * unit;
            return new Value.Bytes(padded == octets.length ? octets : Arrays.copyOf(octets, padded));
        } catch (IllegalArgumentException notBase64) {
            throw malformed("inline binary that is not base 64");
        }
    }

    private Value items(List<@Nullable Object> values) throws MalformedException {
        List<Value.Item> items = new ArrayList<>(values.size());
        for (Object value : values) {
            if (!(value instanceof DataSet dataSet)) {
                throw malformed("a value of a sequence that is no item");
            }
            items.add(new Value.Item(dataSet));
        }
        return new Value.Items(items);
    }

    private Value text(Vr vr, List<@Nullable Object> values) throws MalformedException {
        if (values.size() > 1 && !vr.multiValuedText()) {
            throw malformed("several values of " + vr);
        }
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                joined.append('\\');
            }
            int start = joined.length();
            appendText(vr, values.get(i), joined);
            if (vr.multiValuedText() && joined.indexOf("\\", start) >= 0) {
                throw malformed("a backslash inside a value of " + vr);
            }
        }
        if (vr.localText()) {
            plain = plain && allPlain(joined, vr);
        }
        byte[] encoded = joined.toString().getBytes(StandardCharsets.UTF_8);
        if ((encoded.length & 1) != 0) {
            encoded = Arrays.copyOf(encoded, encoded.length + 1);
            encoded[encoded.length - 1] = vr.padding();
        }
        return new Value.Bytes(encoded);
    }

    private void appendText(Vr vr, @Nullable Object value, StringBuilder to) throws MalformedException {
        if (value instanceof Name name && vr == Vr.PN) {
            appendName(name, to);
        } else if (value instanceof Numeral numeral && (vr == Vr.DS || vr == Vr.IS)) {
            to.append(numeral.text);
        } else if (value instanceof String text && vr != Vr.PN) {
            to.append(text);
        } else if (value != null && !emptyName(vr, value)) {
            throw malformed("a value that is not one of " + vr);
        }
    }

    /// An object without members is read as an item, there being nothing yet that tells it from a name.
    private static boolean emptyName(Vr vr, Object value) {
        return vr == Vr.PN && value instanceof DataSet dataSet && dataSet.isEmpty();
    }

    private void appendName(Name name, StringBuilder to) throws MalformedException {
        if (name.alphabetic != null && name.alphabetic.indexOf('=') >= 0
                || name.ideographic != null && name.ideographic.indexOf('=') >= 0) {
            throw malformed("an equals sign inside a component group");
        }
        boolean phonetic = name.phonetic != null && !name.phonetic.isEmpty();
        boolean ideographic = name.ideographic != null && !name.ideographic.isEmpty();
        if (name.alphabetic != null) {
            to.append(name.alphabetic);
        }
        if (ideographic || phonetic) {
            to.append('=').append(ideographic ? name.ideographic : "");
        }
        if (phonetic) {
            to.append('=').append(name.phonetic);
        }
    }

    /// Whether the characters are the same bytes in every character set of the standard. A backslash is
    /// a yen sign and a tilde an overline in JIS X 0201.
    private static boolean allPlain(CharSequence text, Vr vr) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean layout = c == '\t' || c == '\n' || c == '\f' || c == '\r';
            if (!layout && (c < ' ' || c >= '~') || c == '\\' && !vr.multiValuedText()) {
                return false;
            }
        }
        return true;
    }

    private Value numbers(Vr vr, List<@Nullable Object> values) throws MalformedException {
        int unit = vr == Vr.AT ? 4 : vr.unitBytes();
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * unit).order(ByteOrder.LITTLE_ENDIAN);
        for (Object value : values) {
            try {
                putNumber(vr, value, bytes);
            } catch (NumberFormatException noNumber) {
                throw malformed("a value that is not one of " + vr);
            }
        }
        return new Value.Bytes(bytes.array());
    }

    private void putNumber(Vr vr, @Nullable Object value, ByteBuffer to) throws MalformedException {
        String text = numberText(vr, value);
        switch (vr) {
            case US -> to.putShort((short) integer(text, 0, 0xFFFF));
            case SS -> to.putShort((short) integer(text, Short.MIN_VALUE, Short.MAX_VALUE));
            case UL -> to.putInt((int) integer(text, 0, 0xFFFFFFFFL));
            case SL -> to.putInt((int) integer(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case SV -> to.putLong(Long.parseLong(text));
            case UV -> to.putLong(Long.parseUnsignedLong(text));
            case FL -> to.putFloat(finite(Float.parseFloat(text), value));
            case FD -> to.putDouble(finite(Double.parseDouble(text), value));
            case AT -> {
                int tag = parseTagValue(text);
                to.putShort((short) Tags.group(tag)).putShort((short) Tags.element(tag));
            }
            case AE, AS, CS, DA, DS, DT, IS, LO, LT, OB, OD, OF, OL, OV, OW, PN, SH, SQ, ST, TM, UC, UI, UN, UR, UT ->
                throw new IllegalArgumentException(vr + " holds no binary numbers");
        }
    }

    private static String numberText(Vr vr, @Nullable Object value) {
        if (value instanceof Numeral numeral && vr != Vr.AT) {
            return requireNumberCharacters(numeral.text);
        }
        if (value instanceof String text) {
            switch (vr) {
                case AT:
                    return text;
                case SV, UV:
                    return requireNumberCharacters(text);
                case FL, FD:
                    return notFinite(text);
                default:
                    break;
            }
        }
        throw new NumberFormatException();
    }

    /// The digits, signs, point and exponent mark of ASCII. The parsers of Java would take more.
    private static String requireNumberCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
                throw new NumberFormatException();
            }
        }
        return text;
    }

    private static long integer(String text, long least, long most) {
        long value = Long.parseLong(text);
        if (value < least || value > most) {
            throw new NumberFormatException();
        }
        return value;
    }

    /// What JSON has no numbers for, under the names in use: those of JavaScript and those of C.
    private static String notFinite(String text) {
        return switch (text) {
            case "NaN", "nan" -> "NaN";
            case "Infinity", "inf", "INF" -> "Infinity";
            case "-Infinity", "-inf", "-INF" -> "-Infinity";
            default -> throw new NumberFormatException();
        };
    }

    private static float finite(float value, @Nullable Object source) {
        if (source instanceof Numeral && !Float.isFinite(value)) {
            throw new NumberFormatException();
        }
        return value;
    }

    private static double finite(double value, @Nullable Object source) {
        if (source instanceof Numeral && !Double.isFinite(value)) {
            throw new NumberFormatException();
        }
        return value;
    }

    private int parseTagValue(String text) throws MalformedException {
        int tag = Tags.parse(text);
        if (tag == -1 && !text.equalsIgnoreCase("FFFFFFFF")) {
            throw malformed("'" + shortened(text) + "' where the eight digits of a tag belong");
        }
        return tag;
    }

    private void requireUnicode(String text) throws MalformedException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isLowSurrogate(c)
                    || i + 1 == text.length()
                    || !Character.isLowSurrogate(text.charAt(i + 1))) {
                throw malformed("half a surrogate pair");
            }
            i++;
        }
    }

    private void keep(long bytes) throws MalformedException {
        kept += bytes;
        if (kept > MOST_BYTES) {
            throw malformed("more than can be held");
        }
    }

    private static String shortened(String text) {
        return text.length() <= 24 ? text : text.substring(0, 24) + "…";
    }

    /// Names the place in the data sets being read.
    MalformedException malformed(String reason) {
        StringBuilder path = new StringBuilder();
        for (Frame frame : frames) {
            if (frame.inAttribute) {
                path.append(path.isEmpty() ? "" : ".").append(Tags.format(frame.tag));
                if (frame != frames.getLast()) {
                    path.append('[').append(values(frame).size() - 1).append(']');
                }
            }
        }
        return new MalformedException(reason, path.toString(), -1);
    }
}
