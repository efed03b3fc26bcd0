package org.isocenter.server.index;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.server.index.MatchingKey.Kind;

/// One condition of a search: a key, the form in which it is matched, and the values to bind.
///
/// All text is folded as the index folds it; wildcards are those of PS3.4 C.2.2.2.4.
public record Term(MatchingKey key, Form form, List<String[]> values) {

    /// Words of a name beyond these do not take part in fuzzy matching.
    private static final int WORDS_MAX = 3;

    /// The forms of conditions. Each is one piece of SQL over one column, with a fixed number of values, so
    /// that the statements that can ever be made are few and known.
    enum Form {
        EQUAL(1, "{} = (?::text[])[1]"),
        /// Of several values the database expects ten, whatever they are, and so plans each search anew where there
        /// are few.
        EQUAL_ANY(1, "{} = any(?::text[])"),
        EQUAL_NUMBER(1, "{} = any((?::text[])::int[])"),
        LIKE(1, "{} like (?::text[])[1]"),
        /// A pattern that might reach from one group of a name into the next is checked group by group.
        NAME(2, "({} like (?::text[])[1] and {} ~ (?::text[])[1])"),
        FUZZY(1 + 2 * WORDS_MAX, """
                ({} like (?::text[])[1] \
                or (({} %> (?::text[])[1] or {} ~ (?::text[])[1]) \
                and ({} %> (?::text[])[1] or {} ~ (?::text[])[1]) \
                and ({} %> (?::text[])[1] or {} ~ (?::text[])[1])))"""),
        /// The studies of a day are read in order from the index, as far as a page goes.
        DATE(1, "{} = (?::text[])[1]::date"),
        DATES(2, "{} between (?::text[])[1]::date and (?::text[])[1]::date"),
        TIMES(2, "{} between (?::text[])[1]::time and (?::text[])[1]::time"),
        /// A date with the time beside it; the first two values bound the date alone, for its index.
        STUDY_DATE_TIME(4, """
                ({} between (?::text[])[1]::date and (?::text[])[1]::date \
                and {} + coalesce(study.study_time, time '00:00') \
                between (?::text[])[1]::timestamp and (?::text[])[1]::timestamp)"""),
        STEP_DATE_TIME(4, """
                ({} between (?::text[])[1]::date and (?::text[])[1]::date \
                and {} + coalesce(series.performed_procedure_step_start_time, time '00:00') \
                between (?::text[])[1]::timestamp and (?::text[])[1]::timestamp)"""),
        OVERLAP(1, "{} && ?::text[]"),
        ITEM_LIKE(1, "exists (select from unnest({}) as item where item like (?::text[])[1])");

        private final int count;
        private final String sql;

        Form(int count, String sql) {
            this.count = count;
            this.sql = sql;
        }

        /// How many values it binds.
        int count() {
            return count;
        }

        String sql(String column) {
            return sql.replace("{}", column);
        }

        /// Whether the rows that match are found through an index whatever the values are, so that one plan
        /// serves all.
        boolean selective() {
            return this == EQUAL || this == EQUAL_ANY;
        }

        boolean fits(Kind kind) {
            return switch (this) {
                case EQUAL, EQUAL_ANY -> kind == Kind.UID || kind == Kind.TEXT;
                case EQUAL_NUMBER -> kind == Kind.NUMBER;
                case LIKE -> kind == Kind.TEXT;
                case NAME, FUZZY -> kind == Kind.NAME;
                case DATE, DATES, STUDY_DATE_TIME, STEP_DATE_TIME -> kind == Kind.DATE;
                case TIMES -> kind == Kind.TIME;
                case OVERLAP, ITEM_LIKE -> kind == Kind.TEXTS;
            };
        }
    }

    /// One of several UIDs.
    public static Term uids(MatchingKey key, List<String> uids) {
        return new Term(key, equal(uids), List.<String[]>of(uids.toArray(String[]::new)));
    }

    private static Form equal(List<String> values) {
        return values.size() == 1 ? Form.EQUAL : Form.EQUAL_ANY;
    }

    /// One of several numbers.
    public static Term numbers(MatchingKey key, List<Integer> numbers) {
        return new Term(
                key,
                Form.EQUAL_NUMBER,
                List.<String[]>of(numbers.stream().map(Object::toString).toArray(String[]::new)));
    }

    /// One of several texts, without wildcards.
    public static Term texts(MatchingKey key, List<String> texts) {
        Form form = key.kind() == Kind.TEXTS ? Form.OVERLAP : equal(texts);
        List<String> folded = new ArrayList<>();
        for (String text : texts) {
            folded.add(Folding.fold(text));
            if (key == MatchingKey.MODALITIES_IN_STUDY || key == MatchingKey.SOP_CLASSES_IN_STUDY) {
                folded.add(text);
                folded.add(text.toUpperCase(java.util.Locale.ROOT));
            }
        }
        return new Term(key, form, List.<String[]>of(folded.toArray(String[]::new)));
    }

    /// Text with wildcards.
    public static Term pattern(MatchingKey key, String pattern) {
        Form form = key.kind() == Kind.TEXTS ? Form.ITEM_LIKE : Form.LIKE;
        String text = key == MatchingKey.MODALITIES_IN_STUDY
                ? pattern.toUpperCase(java.util.Locale.ROOT)
                : Folding.fold(pattern);
        return new Term(key, form, List.<String[]>of(one(like(text))));
    }

    /// A name, with or without wildcards, that one of the groups of a person name has to equal.
    public static Term name(MatchingKey key, String name) {
        String folded = Folding.trimComponents(Folding.fold(name));
        return new Term(
                key, Form.NAME, List.of(one("%\n" + like(folded) + "\n%"), one("\n" + expression(folded) + "\n")));
    }

    /// A name of which every word has to be the beginning of a part of the person name, or be much like one;
    /// where it holds wildcards, matching them is enough.
    public static Term fuzzyName(MatchingKey key, String name) {
        String folded = Folding.trimComponents(Folding.fold(name));
        List<String> words = words(folded);
        if (words.isEmpty()) {
            return name(key, name);
        }
        List<String[]> values = new ArrayList<>();
        values.add(one("%\n" + like(folded) + "\n%"));
        for (int i = 0; i < WORDS_MAX; i++) {
            String word = words.get(Math.min(i, words.size() - 1));
            values.add(one(word));
            values.add(one("[^[:alnum:]]" + word));
        }
        return new Term(key, Form.FUZZY, values);
    }

    /// A range of dates in ISO form, both ends included; `-infinity` and `infinity` where an end is open.
    public static Term dates(MatchingKey key, String from, String to) {
        return from.equals(to)
                ? new Term(key, Form.DATE, List.<String[]>of(one(from)))
                : new Term(key, Form.DATES, List.of(one(from), one(to)));
    }

    /// A range of times of day in ISO form, both ends included.
    public static Term times(MatchingKey key, String from, String to) {
        return new Term(key, Form.TIMES, List.of(one(from), one(to)));
    }

    /// A range of moments: a date key together with its time key (PS3.4 C.2.2.2.5.3).
    ///
    /// @param key of the date
    public static Term dateTimes(MatchingKey key, String fromDate, String fromTime, String toDate, String toTime) {
        return new Term(
                key,
                key.level() == Level.STUDY ? Form.STUDY_DATE_TIME : Form.STEP_DATE_TIME,
                List.of(one(fromDate), one(toDate), one(moment(fromDate, fromTime)), one(moment(toDate, toTime))));
    }

    private static String moment(String date, String time) {
        return date.endsWith("infinity") ? date : date + " " + time;
    }

    private static String[] one(String value) {
        return new String[] {value};
    }

    /// The pattern of PS3.4 as a pattern of SQL.
    private static String like(String pattern) {
        StringBuilder like = new StringBuilder(pattern.length() + 8);
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '*' -> like.append('%');
                case '?' -> like.append('_');
                case '%', '_', '\\' -> like.append('\\').append(c);
                default -> like.append(c);
            }
        }
        return like.toString();
    }

    /// The pattern of PS3.4 as a regular expression that stays on one line.
    private static String expression(String pattern) {
        StringBuilder expression = new StringBuilder(pattern.length() + 8);
        pattern.codePoints().forEach(c -> {
            switch (c) {
                case '*' -> expression.append("[^\n]*");
                case '?' -> expression.append("[^\n]");
                default -> {
                    if (!Character.isLetterOrDigit(c) && c < 0x80) {
                        expression.append('\\');
                    }
                    expression.appendCodePoint(c);
                }
            }
        });
        return expression.toString();
    }

    private static List<String> words(String folded) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        (folded + " ").codePoints().forEach(c -> {
            if (Character.isLetterOrDigit(c)) {
                word.appendCodePoint(c);
            } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        });
        return words;
    }
}
