package org.isocenter.server.index;

import java.io.StringWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dates;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Uids;
import org.isocenter.dicom.ValueRules;
import org.isocenter.dicom.Vr;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.QueryTag.Found;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What an instance has in the tags of a set.
///
/// The row of each level holds an object of JSON: for each tag that has values, the value or the array of
/// several by the key of the tag. What the instances of a series have alike may stand in one row for all of
/// them (see `SharedTags`). To the lax paths of SQL/JSON, and to the index, a value alone is the same as
/// an array of it, and takes less to read and to keep. Dates are numbers (20260131), times are microseconds
/// of the day, moments microseconds since 1970 in UTC. Beside those that are searched by ranges stand the
/// months or hours that they lie in (`"12b"` beside `"12"`), since the index finds what is equal and not what
/// lies between.
///
/// @param version of the set
/// @param above the objects of the study and the series; there are none for levels without values
/// @param ofInstance the members of the instance's object by the keys of their tags, in the order of the set
/// @param errors values that cannot be searched by
public record TagValues(long version, Map<Level, String> above, Map<Integer, String> ofInstance, List<Fault> errors) {
    public static final TagValues NONE = new TagValues(0, Map.of(), Map.of(), List.of());

    private static final int WORDS_MAX = 512;
    private static final int WORD_CHARACTERS_MAX = 64;
    private static final int TEXT_CHARACTERS_MAX = 16_384;

    private static final JsonFactory JSON = JsonFactory.builder().build();
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// A value that cannot be searched by.
    ///
    /// @param tag the key of the tag
    /// @param message in words that do not hold the value
    public record Fault(int tag, String message) {}

    /// The values of one attribute: texts or numbers, and what ranges of them are found by.
    private record Values(Set<Object> values, Set<Long> ranges) {
        Values() {
            this(new LinkedHashSet<>(), new LinkedHashSet<>());
        }
    }

    /// What a data set has in the tags of one level.
    ///
    /// @param members of the object, by the keys of their tags
    /// @param json the object of a study or a series, put together once; null where it has no values
    record Part(Map<Integer, String> members, @Nullable String json, List<Fault> errors) {}

    /// Looks for the values of all tags in a data set.
    public static TagValues of(TagSet set, DataSet dataSet) {
        return of(set, (level, tags) -> read(level, tags, dataSet));
    }

    static TagValues of(TagSet set, BiFunction<Level, List<QueryTag>, Part> reading) {
        Map<Level, String> above = new EnumMap<>(Level.class);
        Map<Integer, String> ofInstance = new LinkedHashMap<>();
        List<Fault> errors = new ArrayList<>();
        set.byLevel().forEach((level, tags) -> {
            Part part = reading.apply(level, tags);
            if (level == Level.INSTANCE) {
                ofInstance.putAll(part.members);
            } else if (part.json != null) {
                above.put(level, part.json);
            }
            errors.addAll(part.errors);
        });
        return new TagValues(set.version(), above, ofInstance, errors);
    }

    /// Looks for the values of tags of one level.
    static Part read(Level level, List<QueryTag> tags, DataSet dataSet) {
        return read(level, tags, tag -> members(tag, tag.definition().find(dataSet), dataSet));
    }

    static Part read(Level level, List<QueryTag> tags, Function<QueryTag, Members> reading) {
        Map<Integer, String> members = new LinkedHashMap<>();
        List<Fault> errors = new ArrayList<>();
        for (QueryTag tag : tags) {
            Members ofTag = reading.apply(tag);
            if (ofTag.error != null) {
                errors.add(new Fault(tag.key(), ofTag.error));
            } else if (!ofTag.json.isEmpty()) {
                members.put(tag.key(), ofTag.json);
            }
        }
        return new Part(members, level == Level.INSTANCE ? null : object(members.values()), errors);
    }

    /// The object with these members, or null where there are none.
    static @Nullable String object(Collection<String> members) {
        return members.isEmpty() ? null : "{" + String.join(",", members) + "}";
    }

    /// The members of an object by the keys of their tags.
    static Map<Integer, String> members(String object) {
        Map<Integer, String> members = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : MAPPER.readTree(object).properties()) {
            String name = member.getKey();
            int key = Integer.parseInt(name.endsWith("b") ? name.substring(0, name.length() - 1) : name);
            members.merge(key, "\"" + name + "\":" + member.getValue(), (one, other) -> one + "," + other);
        }
        return members;
    }

    /// What a data set has in one tag.
    ///
    /// @param json the members of the object, without its braces; empty where it has no values
    /// @param error what is wrong with the values, or null
    record Members(String json, @Nullable String error) {
        static final Members NONE = new Members("", null);
    }

    /// The members of a tag.
    ///
    /// @param found the elements that it has in the data set
    static Members members(QueryTag tag, List<Found> found, DataSet dataSet) {
        if (found.isEmpty()) {
            return Members.NONE;
        }
        Values values = new Values();
        String error = read(tag.definition(), found, dataSet, values);
        return error != null
                ? new Members("", error)
                : values.values.isEmpty() ? Members.NONE : new Members(json(tag.key(), values), null);
    }

    /// The object of a study or a series, or null where it has no values.
    public @Nullable String find(Level level) {
        return above.get(level);
    }

    public boolean isEmpty() {
        return above.isEmpty() && ofInstance.isEmpty();
    }

    /// The values of both, the newer ones where both have some for a tag.
    static @Nullable String merge(@Nullable String older, @Nullable String newer) {
        if (older == null) {
            return newer;
        }
        return newer == null ? older : merged(older, newer);
    }

    /// The same where both have some.
    public static String merged(String older, String newer) {
        if (older.equals(newer)) {
            return newer;
        }
        ObjectNode merged = (ObjectNode) MAPPER.readTree(older);
        merged.setAll((ObjectNode) MAPPER.readTree(newer));
        return merged.toString();
    }

    private static String json(int key, Values values) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeName(Integer.toString(key));
            write(json, values.values);
            if (!values.ranges.isEmpty()) {
                json.writeName(key + "b");
                write(json, values.ranges);
            }
            json.writeEndObject();
        }
        return text.getBuffer().substring(1, text.getBuffer().length() - 1);
    }

    private static void write(JsonGenerator json, Collection<?> values) {
        boolean several = values.size() > 1;
        if (several) {
            json.writeStartArray();
        }
        for (Object value : values) {
            switch (value) {
                case Long number -> json.writeNumber(number);
                case Double number -> json.writeNumber(number);
                default -> json.writeString(value.toString());
            }
        }
        if (several) {
            json.writeEndArray();
        }
    }

    /// @return what is wrong with the value, or null
    private static @Nullable String read(Definition definition, List<Found> all, DataSet dataSet, Values values) {
        for (Found found : all) {
            Element element = found.element();
            if (!fits(element, definition)) {
                return "the value is of representation " + element.known().vr() + ", not " + definition.vr();
            }
            Element read = new Element(element.tag(), definition.vr(), element.value());
            DataSet place = found.place();
            String violation = ValueRules.findViolation(read, place.characterSets());
            if (violation != null) {
                return "the value " + violation;
            }
            if (element.known().vr() != definition.vr()) {
                place = new DataSet().inherit(place.characterSets()).put(read);
            }
            for (String text : place.strings(element.tag())) {
                if (!text.isBlank() && values.values.size() < QueryTag.VALUES_MAX) {
                    String error = add(definition, text, dataSet, values);
                    if (error != null) {
                        return error;
                    }
                }
            }
        }
        return null;
    }

    /// Software that did not know an attribute wrote UN; some attributes have several representations.
    private static boolean fits(Element element, Definition definition) {
        Vr vr = element.known().vr();
        if (vr == Vr.UN || vr == definition.vr()) {
            return true;
        }
        Dictionary.Attribute attribute = Dictionary.find(element.tag());
        return attribute != null && attribute.vrs().contains(vr);
    }

    private static @Nullable String add(Definition definition, String text, DataSet dataSet, Values values) {
        switch (definition.kind()) {
            case UID -> values.values.add(Uids.trim(text));
            case TEXT -> values.values.add(Folding.fold(text));
            case NAME -> values.values.addAll(groups(text));
            case WORDS -> values.values.addAll(words(text));
            case DATE -> {
                LocalDate date = Dates.findDate(text);
                if (date == null) {
                    return "the value is no date";
                }
                values.values.add(number(date));
                values.ranges.add(month(date));
            }
            case TIME -> {
                LocalTime time = Dates.findTime(text);
                if (time == null) {
                    return "the value is no time";
                }
                values.values.add(number(time));
                values.ranges.add((long) time.getHour());
            }
            case MOMENT -> {
                String offset = dataSet.findString(Tag.TimezoneOffsetFromUTC);
                ZoneOffset assumed = offset == null ? null : Dates.findOffset(offset);
                Instant moment = Dates.findDateTime(text, assumed == null ? ZoneOffset.UTC : assumed);
                if (moment == null) {
                    return "the value is no date and time";
                }
                values.values.add(number(moment));
                values.ranges.add(month(moment.atOffset(ZoneOffset.UTC).toLocalDate()));
            }
            case NUMBER -> {
                Object number = findNumber(text);
                if (number == null) {
                    return "the value is no number";
                }
                values.values.add(number);
            }
        }
        return null;
    }

    /// A number in the form in which it is compared: a Long where it is whole and exact, else a Double. Null
    /// where it is none, or not finite.
    static @Nullable Object findNumber(String text) {
        try {
            double number = text.length() > 64 ? Double.NaN : Double.parseDouble(text.strip());
            if (!Double.isFinite(number)) {
                return null;
            }
            return number == Math.rint(number) && Math.abs(number) < 1L << 53 ? (Object) (long) number : number;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    static long number(LocalDate date) {
        return date.getYear() * 10_000L + date.getMonthValue() * 100 + date.getDayOfMonth();
    }

    static long month(LocalDate date) {
        return date.getYear() * 100L + date.getMonthValue();
    }

    static long number(LocalTime time) {
        return time.toNanoOfDay() / 1_000;
    }

    static long number(Instant moment) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
    }

    /// The groups of a person name as they are compared.
    private static List<String> groups(String name) {
        return Folding.foldName(name).lines().filter(group -> !group.isEmpty()).toList();
    }

    /// The words of a long text as they are compared, each once.
    static Set<String> words(String text) {
        Set<String> words = new LinkedHashSet<>();
        String left = text.length() > TEXT_CHARACTERS_MAX ? text.substring(0, TEXT_CHARACTERS_MAX) : text;
        for (String word : left.split("[^\\p{L}\\p{M}\\p{N}]+")) {
            if (!word.isEmpty() && word.length() <= WORD_CHARACTERS_MAX && words.size() < WORDS_MAX) {
                words.add(Folding.fold(word));
            }
        }
        words.remove("");
        return words;
    }
}
