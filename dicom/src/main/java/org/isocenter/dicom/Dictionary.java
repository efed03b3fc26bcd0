package org.isocenter.dicom;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The data dictionary: the attributes of the standard (PS3.6 section 6 and following) and the elements of
/// commands (PS3.7 annex E), by tag and by keyword.
public final class Dictionary {

    /// An attribute of the standard.
    ///
    /// @param tag the first tag, where the attribute stands in a repeating group
    /// @param vrs the representations it may have, the first one where nothing tells otherwise
    /// @param multiplicity the value multiplicity, such as `1-n`
    public record Attribute(int tag, String keyword, String name, List<Vr> vrs, String multiplicity, boolean retired) {
        public Vr vr() {
            return vrs.getFirst();
        }
    }

    /// The rows of the resources: tag, keyword, representations, multiplicity, R where retired, and name,
    /// parted by tabs. Rows are only taken apart when they are asked for, which keeps the start short.
    private static final String ROWS = text("command-attributes.txt").concat(text("attributes.txt"));

    /// Where the rows begin, those of attributes that repeat last.
    private static final int[] STARTS;
    /// Tags of rows that do not repeat, ascending, with the top bit flipped so that their order is that of signed
    /// numbers.
    private static final int[] TAGS;
    /// Tags of the others, with zeros for the digits that repeat.
    private static final int[] REPEATING;
    /// The bits of a tag that do not repeat.
    private static final int[] MASKS;

    private static final @Nullable Attribute[] ATTRIBUTES;

    static {
        int rows = 0;
        for (int end = ROWS.indexOf('\n'); end >= 0; end = ROWS.indexOf('\n', end + 1)) {
            rows++;
        }
        int[] starts = new int[rows];
        int single = 0;
        int last = rows;
        for (int start = 0; start < ROWS.length(); start = ROWS.indexOf('\n', start) + 1) {
            starts[ROWS.indexOf('x', start, start + 8) < 0 ? single++ : --last] = start;
        }
        STARTS = starts;
        TAGS = new int[single];
        for (int i = 0; i < single; i++) {
            TAGS[i] = tag(starts[i]) ^ Integer.MIN_VALUE;
        }
        REPEATING = new int[rows - single];
        MASKS = new int[rows - single];
        for (int i = 0; i < rows - single; i++) {
            REPEATING[i] = tag(starts[single + i]);
            MASKS[i] = mask(starts[single + i]);
        }
        ATTRIBUTES = new Attribute[rows];
    }

    /// The rows by keyword.
    private static final class Keywords {
        static final Map<String, Integer> ROWS = new HashMap<>(2 * STARTS.length);

        static {
            for (int row = 0; row < STARTS.length; row++) {
                int start = STARTS[row] + 9;
                ROWS.put(Dictionary.ROWS.substring(start, Dictionary.ROWS.indexOf('\t', start)), row);
            }
        }
    }

    private Dictionary() {}

    /// The attribute with this tag, or null where the standard has none.
    public static @Nullable Attribute find(int tag) {
        int row = Arrays.binarySearch(TAGS, tag ^ Integer.MIN_VALUE);
        if (row < 0) {
            row = Tags.isPrivate(tag) || Tags.isGroupLength(tag) ? -1 : findRepeating(tag);
        }
        return row < 0 ? null : attribute(row);
    }

    /// The attribute with this keyword, or null where the standard has none. Case counts.
    public static @Nullable Attribute find(String keyword) {
        Integer row = Keywords.ROWS.get(keyword);
        return row == null ? null : attribute(row);
    }

    /// The representation of a tag where nothing else tells it: the dictionary's, LO for private creators, UL
    /// for group lengths, and UN for the unknown.
    public static Vr vr(int tag) {
        Attribute attribute = find(tag);
        if (attribute != null) {
            return attribute.vr();
        }
        if (Tags.isGroupLength(tag)) {
            return Vr.UL;
        }
        return Tags.isPrivateCreator(tag) ? Vr.LO : Vr.UN;
    }

    private static int findRepeating(int tag) {
        switch (tag >>> 24) {
            case 0x00, 0x10, 0x50, 0x60, 0x7F -> {
                for (int i = 0; i < REPEATING.length; i++) {
                    if ((tag & MASKS[i]) == REPEATING[i]) {
                        return TAGS.length + i;
                    }
                }
                return -1;
            }
            default -> {
                return -1;
            }
        }
    }

    /// The attribute of a row; made once, or by several threads alike.
    private static Attribute attribute(int row) {
        Attribute attribute = ATTRIBUTES[row];
        if (attribute == null) {
            int start = STARTS[row];
            String[] fields = ROWS.substring(start, ROWS.indexOf('\n', start)).split("\t", -1);
            List<Vr> vrs =
                    Arrays.stream(fields[2].split("/", -1)).map(Vr::valueOf).toList();
            attribute = new Attribute(tag(start), fields[1], fields[5], vrs, fields[3], fields[4].equals("R"));
            ATTRIBUTES[row] = attribute;
        }
        return attribute;
    }

    /// The tag at the start of a row; `x` stands for zero.
    private static int tag(int start) {
        int tag = 0;
        for (int i = start; i < start + 8; i++) {
            char c = ROWS.charAt(i);
            tag = tag << 4 | (c == 'x' ? 0 : c <= '9' ? c - '0' : c - 'A' + 10);
        }
        return tag;
    }

    private static int mask(int start) {
        int mask = 0;
        for (int i = start; i < start + 8; i++) {
            mask = mask << 4 | (ROWS.charAt(i) == 'x' ? 0 : 0xF);
        }
        return mask;
    }

    static List<String> lines(String resource) {
        return text(resource).lines().toList();
    }

    private static String text(String resource) {
        try (InputStream stream = Objects.requireNonNull(Dictionary.class.getResourceAsStream(resource), resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
