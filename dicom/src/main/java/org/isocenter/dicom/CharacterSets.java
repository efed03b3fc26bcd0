package org.isocenter.dicom;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The character sets that (0008,0005) names (PS3.3 C.12.1.1.2, PS3.5 section 6.1).
///
/// Text stands either in one encoding that needs no code extensions (UTF-8, GB18030, GBK), or in graphic sets
/// of which two at a time are in force: G0 for the bytes below 80, G1 for those above. The first term tells
/// the two that each value begins with, and that are in force again after every delimiter; escape sequences
/// of ISO 2022 bring in the others.
///
/// A backslash parts values only where it is a character of its own. The second byte of a Chinese or Japanese
/// character may be 5C and parts nothing, so values are to be split after decoding. In JIS X 0201 (ISO_IR 13)
/// byte 5C is the yen sign, and yet the delimiter of values: it is decoded to a backslash where the
/// representation has several values and to ¥ where it has one.
///
/// What the terms or the bytes have wrong is read all the same, and told by {@link #problems} and {@link
/// #faithful}:
/// - terms are recognised in common misspellings (`ISO IR 100`, `UTF-8`, `ISO8859-1`); unknown ones are left out,
/// - known escape sequences are followed even where the terms do not announce their set,
/// - bytes above 7F with no set for them are read by the first set of the other terms that has them; where
///   there is none, they are UTF-8 if the value is that throughout, and ISO 8859-1 otherwise,
/// - kanji that NEC put in empty places of JIS X 0208 are read,
/// - bytes that stand for nothing become U+FFFD, those of the C1 controls and unknown escapes become controls.
///
/// Values of representations outside {@link Vr#localText} are in the default repertoire whatever the terms.
///
/// Instances are immutable.
public final class CharacterSets {
    private static final int MAXIMUM_TERMS = 32;
    private static final int MAXIMUM_CACHED = 256;
    private static final Map<List<String>, CharacterSets> CACHE = new ConcurrentHashMap<>();

    /// ISO-IR 6, the default character repertoire.
    public static final CharacterSets DEFAULT = new CharacterSets(List.of());

    private final List<String> terms;
    private final List<String> problems;
    /// The one encoding of everything, or null where graphic sets are used.
    private final @Nullable Charset whole;

    private final GraphicSet initialG0;
    private final @Nullable GraphicSet initialG1;
    /// What reads bytes above 7F though nothing has called it in.
    private final @Nullable GraphicSet spareG1;
    /// All sets that the terms announce, those in force at first first.
    private final List<GraphicSet> announced;

    private CharacterSets(List<String> given) {
        CharacterSetTerms read = CharacterSetTerms.read(given);
        terms = read.terms();
        problems = read.problems();
        whole = read.whole();
        Set<GraphicSet> sets = new LinkedHashSet<>();
        GraphicSet first0 = null;
        GraphicSet first1 = null;
        for (GraphicSet set : read.first()) {
            if (set.element == 1) {
                first1 = set;
            } else if (set.width == 1) {
                first0 = set;
            }
        }
        initialG0 = first0 == null ? GraphicSet.ASCII : first0;
        initialG1 = first1;
        sets.add(initialG0);
        sets.addAll(read.first());
        sets.addAll(read.others());
        announced = List.copyOf(sets);
        spareG1 = announced.stream().filter(set -> set.element == 1).findFirst().orElse(null);
    }

    /// The character sets of these defined terms; of no more than the first 32.
    public static CharacterSets of(List<String> terms) {
        if (terms.isEmpty()) {
            return DEFAULT;
        }
        CharacterSets cached = CACHE.get(terms);
        if (cached != null) {
            return cached;
        }
        CharacterSets made =
                new CharacterSets(List.copyOf(terms.size() <= MAXIMUM_TERMS ? terms : terms.subList(0, MAXIMUM_TERMS)));
        if (made.terms.size() == terms.size() && made.cacheable()) {
            if (CACHE.size() >= MAXIMUM_CACHED) {
                CACHE.clear();
            }
            CACHE.put(made.terms, made);
        }
        return made;
    }

    private boolean cacheable() {
        return terms.stream().allMatch(term -> term.length() <= CharacterSetTerms.MAXIMUM_TERM_LENGTH);
    }

    /// The terms as they were given.
    public List<String> terms() {
        return terms;
    }

    /// What is wrong with the terms, in words; empty where they are as the standard wants them.
    public List<String> problems() {
        return problems;
    }

    /// The text of bytes, padding included, with a backslash wherever values are parted. Never fails.
    public String decode(byte[] array, int offset, int length, Vr vr) {
        if (plain(array, offset, offset + length, vr)) {
            return new String(array, offset, length, ISO_8859_1);
        }
        return decodeSlowly(array, offset, length, vr).text();
    }

    /// Whether the bytes are as the terms announce them, so that nothing had to be guessed or replaced in
    /// decoding.
    public boolean faithful(byte[] array, int offset, int length, Vr vr) {
        return plain(array, offset, offset + length, vr)
                || decodeSlowly(array, offset, length, vr).faithful();
    }

    /// The bytes of text, without padding. Characters that the terms have no set for become question marks.
    public byte[] encode(String text, Vr vr) {
        if (!vr.localText()) {
            return text.getBytes(US_ASCII);
        }
        return whole != null ? text.getBytes(whole) : graphicEncoder(vr).encode(text);
    }

    /// Whether the terms have a set for each character of the text, so that encoding loses nothing.
    public boolean canEncode(String text, Vr vr) {
        if (!vr.localText()) {
            return US_ASCII.newEncoder().canEncode(text);
        }
        if (whole != null) {
            return whole.newEncoder().canEncode(text);
        }
        GraphicEncoder encoder = graphicEncoder(vr);
        encoder.encode(text);
        return !encoder.lossy();
    }

    private GraphicEncoder graphicEncoder(Vr vr) {
        return new GraphicEncoder(announced, initialG0, initialG1, vr);
    }

    record Decoded(String text, boolean faithful) {}

    /// Whether all is ASCII, with nothing that another set might read in another way.
    private boolean plain(byte[] array, int offset, int end, Vr vr) {
        boolean roman = initialG0 == GraphicSet.JAPANESE_ROMAN && vr.localText();
        for (int i = offset; i < end; i++) {
            byte code = array[i];
            if (code < 0 || code == 0x1B || roman && (code == '\\' || code == '~')) {
                return false;
            }
        }
        return true;
    }

    private Decoded decodeSlowly(byte[] array, int offset, int length, Vr vr) {
        if (!vr.localText()) {
            return decodeUnannounced(array, offset, length);
        }
        if (whole != null) {
            String text = findStrict(array, offset, length, whole);
            return text == null
                    ? new Decoded(new String(array, offset, length, whole), false)
                    : new Decoded(text, text.indexOf(0x1B) < 0);
        }
        if (spareG1 == null && !contains(array, offset, offset + length, (byte) 0x1B)) {
            return decodeUnannounced(array, offset, length);
        }
        return new GraphicDecoder(announced, initialG0, initialG1, spareG1, vr).decode(array, offset, offset + length);
    }

    /// Bytes above 7F in the default repertoire. Readers have long taken them for UTF-8 or for ISO 8859-1.
    private static Decoded decodeUnannounced(byte[] array, int offset, int length) {
        String text = findStrict(array, offset, length, UTF_8);
        return new Decoded(text == null ? new String(array, offset, length, ISO_8859_1) : text, false);
    }

    private static @Nullable String findStrict(byte[] array, int offset, int length, Charset charset) {
        try {
            return charset.newDecoder()
                    .decode(ByteBuffer.wrap(array, offset, length))
                    .toString();
        } catch (CharacterCodingException otherwiseEncoded) {
            return null;
        }
    }

    private static boolean contains(byte[] array, int start, int end, byte wanted) {
        for (int i = start; i < end; i++) {
            if (array[i] == wanted) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "CharacterSets" + terms;
    }
}
