package org.isocenter.dicom;

/// A name of a person (PS3.5 section 6.2.1.1): up to three spellings of five components each.
///
/// Parsing loses nothing but spaces around components and delimiters at the end: what stands beyond the third
/// spelling or the fifth component stays in the last one, delimiters included.
public record PersonName(Group alphabetic, Group ideographic, Group phonetic) {

    /// One spelling of the name. Absent components are empty.
    public record Group(String familyName, String givenName, String middleName, String prefix, String suffix) {
        public static final Group EMPTY = new Group("", "", "", "", "");

        static Group parse(String text) {
            String[] components = split(text, '^', 5);
            return new Group(components[0], components[1], components[2], components[3], components[4]);
        }

        public boolean isEmpty() {
            return toString().isEmpty();
        }

        /// The components joined by carets, without those at the end that are empty.
        @Override
        public String toString() {
            return join('^', familyName, givenName, middleName, prefix, suffix);
        }
    }

    /// Reads one value, as decoded.
    public static PersonName parse(String value) {
        String[] groups = split(value, '=', 3);
        return new PersonName(Group.parse(groups[0]), Group.parse(groups[1]), Group.parse(groups[2]));
    }

    /// The spelling by its place: 0 alphabetic, 1 ideographic, 2 phonetic.
    public Group group(int index) {
        return switch (index) {
            case 0 -> alphabetic;
            case 1 -> ideographic;
            case 2 -> phonetic;
            default -> throw new IndexOutOfBoundsException(index);
        };
    }

    public boolean isEmpty() {
        return alphabetic.isEmpty() && ideographic.isEmpty() && phonetic.isEmpty();
    }

    /// The value as it stands in a data set, without delimiters that nothing follows.
    @Override
    public String toString() {
        return join('=', alphabetic.toString(), ideographic.toString(), phonetic.toString());
    }

    private static String[] split(String text, char delimiter, int parts) {
        String[] split = new String[parts];
        int start = 0;
        for (int i = 0; i < parts; i++) {
            int end = i == parts - 1 ? -1 : text.indexOf(delimiter, start);
            if (end < 0) {
                end = text.length();
            }
            split[i] = trim(text, start, end);
            start = Math.min(end + 1, text.length());
        }
        return split;
    }

    private static String trim(String text, int start, int end) {
        int first = start;
        int last = end;
        while (first < last && (text.charAt(first) == ' ' || text.charAt(first) == 0)) {
            first++;
        }
        while (last > first && (text.charAt(last - 1) == ' ' || text.charAt(last - 1) == 0)) {
            last--;
        }
        return text.substring(first, last);
    }

    private static String join(char delimiter, String... parts) {
        StringBuilder joined = new StringBuilder();
        int missing = 0;
        for (String part : parts) {
            if (!part.isEmpty()) {
                joined.repeat(delimiter, missing).append(part);
                missing = 0;
            }
            missing++;
        }
        return joined.toString();
    }
}
