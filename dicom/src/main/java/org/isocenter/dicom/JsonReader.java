package org.isocenter.dicom;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/// Reads data sets from the DICOM JSON model (PS3.18 annex F).
///
/// It takes what RFC 8259 and the model allow and nothing beyond: UTF-8 without a byte order mark, no
/// comments, no trailing commas, no numbers that are not JSON, no half surrogate pairs, no member or
/// attribute twice, no member that the model does not have, at most one of `Value`, `InlineBinary` and
/// `BulkDataURI`, values of the type that table F.2.3-1 gives the representation, and no representation
/// that contradicts the dictionary (UN fits everything, octets and words fit each other). Attributes
/// and members may come in any order; `vr` may be missing, the dictionary's standing in.
///
/// What becomes of the input:
///
/// - `BulkDataURI` becomes a {@link Value.Link}.
/// - Numbers of DS and IS keep their digits as they are written.
/// - `NaN`, `Infinity`, `-Infinity`, and also `nan`, `inf` and `-inf`, are values of FL and FD.
/// - Text is encoded in UTF-8; (0008,0005) becomes `ISO_IR 192` wherever the text is not plain ASCII.
/// - Group lengths are dropped. File meta information is kept where it stands.
///
/// Numbers are never expanded: exponents of more than three digits are refused unread.
public final class JsonReader {
    private static final int LONGEST_STRING = 16 << 20;

    private final JsonParser parser;
    private final Limits limits;
    private final Consumer<? super DataSet> each;
    private final boolean oneByOne;
    private ModelAssembly assembly;

    private JsonReader(JsonParser parser, Limits limits, Consumer<? super DataSet> each, boolean oneByOne) {
        this.parser = parser;
        this.limits = limits;
        this.each = each;
        this.oneByOne = oneByOne;
        this.assembly = new ModelAssembly(limits);
    }

    /// The data sets of an array, or of a single object.
    ///
    /// @throws MalformedException where the input is not such, or exceeds a limit
    public static List<DataSet> readAll(InputStream in, Limits limits) throws IOException, MalformedException {
        List<DataSet> dataSets = new ArrayList<>();
        read(in, limits, dataSets::add, false);
        return dataSets;
    }

    /// Gives the data sets of an array, or of a single object, one after the other. None is kept, so that
    /// there may be any number that the limit of items allows; the other limits are those of each.
    ///
    /// @param each may have got some when the input turns out to be malformed
    /// @throws MalformedException where the input is not such, or exceeds a limit
    public static void forEach(InputStream in, Limits limits, Consumer<? super DataSet> each)
            throws IOException, MalformedException {
        read(in, limits, each, true);
    }

    private static void read(InputStream in, Limits limits, Consumer<? super DataSet> each, boolean oneByOne)
            throws IOException, MalformedException {
        Reader strict = new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
        try (JsonParser parser = factory(limits).createParser(ObjectReadContext.empty(), strict)) {
            new JsonReader(parser, limits, each, oneByOne).read();
        } catch (JacksonIOException failure) {
            IOException cause = failure.getCause();
            if (cause instanceof CharacterCodingException) {
                throw new MalformedException("text that is not UTF-8");
            }
            throw cause;
        } catch (StreamReadException notJson) {
            throw new MalformedException("no JSON: " + notJson.getOriginalMessage());
        } catch (JacksonException exceeding) {
            throw new MalformedException("JSON beyond a limit: " + exceeding.getOriginalMessage());
        }
    }

    /// The one data set of an object, or of an array that has one.
    public static DataSet readOne(InputStream in, Limits limits) throws IOException, MalformedException {
        List<DataSet> dataSets = readAll(in, limits);
        if (dataSets.size() != 1) {
            throw new MalformedException(dataSets.size() + " data sets where one belongs");
        }
        return dataSets.getFirst();
    }

    private static JsonFactory factory(Limits limits) {
        return JsonFactory.builder()
                .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.jsonDepth())
                        .maxStringLength(LONGEST_STRING)
                        .maxNameLength(64)
                        .maxNumberLength(64)
                        .maxDocumentLength(limits.instanceBytes())
                        .build())
                .build();
    }

    private void read() throws MalformedException {
        int dataSets = 0;
        boolean array = false;
        JsonToken first = parser.nextToken();
        if (first == JsonToken.START_ARRAY) {
            array = true;
            first = parser.nextToken();
        }
        for (JsonToken token = first; token != null && token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token != JsonToken.START_OBJECT || !array && dataSets > 0) {
                throw new MalformedException("something other than a data set");
            }
            if (dataSets++ >= limits.items()) {
                throw new MalformedException("more than " + limits.items() + " data sets");
            }
            if (oneByOne) {
                assembly = new ModelAssembly(limits);
            }
            readDataSet();
        }
        if (first == null || array && parser.nextToken() != null) {
            throw new MalformedException(first == null ? "no JSON at all" : "something after the end");
        }
    }

    /// Walks one data set and its items. The assembly holds the stack: whatever comes next belongs to
    /// its innermost data set, to an attribute of it where one is begun, and to the values of that
    /// where they are begun.
    private void readDataSet() throws MalformedException {
        int base = assembly.depth();
        assembly.startDataSet();
        while (assembly.depth() > base) {
            JsonToken token = parser.nextToken();
            if (!assembly.inAttribute()) {
                readTagOrEnd(token);
            } else if (token == JsonToken.PROPERTY_NAME) {
                readMember();
            } else if (token == JsonToken.END_OBJECT) {
                assembly.endAttribute();
            } else {
                readValue(token);
            }
        }
    }

    private void readTagOrEnd(@Nullable JsonToken token) throws MalformedException {
        if (token == JsonToken.PROPERTY_NAME) {
            startAttribute();
        } else {
            DataSet dataSet = assembly.endDataSet();
            if (assembly.depth() == 0) {
                each.accept(dataSet);
            }
        }
    }

    private void startAttribute() throws MalformedException {
        assembly.startAttribute(parser.currentName());
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw assembly.malformed("an attribute that is no object");
        }
    }

    private void readMember() throws MalformedException {
        String member = parser.currentName();
        JsonToken token = parser.nextToken();
        if (member.equals("Value")) {
            if (token != JsonToken.START_ARRAY) {
                throw assembly.malformed("values that are no array");
            }
            assembly.startValues();
            return;
        }
        if (token != JsonToken.VALUE_STRING) {
            throw assembly.malformed("no string under '" + member + "'");
        }
        switch (member) {
            case "vr" -> assembly.vr(parser.getString());
            case "InlineBinary" -> assembly.inlineBinary(parser.getString());
            case "BulkDataURI" -> assembly.link(parser.getString());
            default -> throw assembly.malformed("the member '" + member + "', which an attribute does not have");
        }
    }

    private void readValue(@Nullable JsonToken token) throws MalformedException {
        if (token == null) {
            throw assembly.malformed("an end before the end");
        }
        switch (token) {
            case VALUE_STRING -> assembly.string(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> assembly.numeral(parser.getString());
            case VALUE_NULL -> assembly.nullValue();
            case START_OBJECT -> readItemOrName();
            case END_ARRAY -> {}
            default -> throw assembly.malformed("a value that no representation has");
        }
    }

    /// An object among values is a name where its first member is called like a component group,
    /// otherwise an item.
    private void readItemOrName() throws MalformedException {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.PROPERTY_NAME && isComponentGroup(parser.currentName())) {
            readName();
            return;
        }
        assembly.startDataSet();
        readTagOrEnd(token);
    }

    private static boolean isComponentGroup(String name) {
        return name.equals("Alphabetic") || name.equals("Ideographic") || name.equals("Phonetic");
    }

    private void readName() throws MalformedException {
        @Nullable String[] groups = new @Nullable String[3];
        for (JsonToken token = JsonToken.PROPERTY_NAME; token == JsonToken.PROPERTY_NAME; token = parser.nextToken()) {
            int group = switch (parser.currentName()) {
                case "Alphabetic" -> 0;
                case "Ideographic" -> 1;
                case "Phonetic" -> 2;
                default -> throw assembly.malformed("a component group that names do not have");
            };
            if (parser.nextToken() != JsonToken.VALUE_STRING || groups[group] != null) {
                throw assembly.malformed("a component group that is no string, or is there twice");
            }
            groups[group] = parser.getString();
        }
        assembly.name(new ModelAssembly.Name(groups[0], groups[1], groups[2]));
    }
}
