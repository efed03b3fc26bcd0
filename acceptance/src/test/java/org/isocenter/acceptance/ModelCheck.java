package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.ReadOptions;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Value;

/// Compares metadata as an archive gives it with the file that it was made from.
///
/// @param file as it was sent
/// @param source the bytes to which offsets count
/// @param archive to fetch bulk values from
record ModelCheck(Part10 file, byte[] source, Dicomweb archive) {

    static ModelCheck of(byte[] file, Dicomweb archive) {
        try {
            Part10 part10 = read(file);
            byte[] source = Part10Reader.inflated(new ByteArrayInputStream(file), part10)
                    .readAllBytes();
            return new ModelCheck(part10, source, archive);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    static Part10 read(byte[] file) {
        try {
            return Part10Reader.read(new ByteArrayInputStream(file), ReadOptions.DEFAULT);
        } catch (IOException | MalformedException failed) {
            throw new AssertionError("a sound file cannot be read", failed);
        }
    }

    /// Fails unless the model holds every attribute of the file with its value, and no other.
    void assertComplete(DataSet model) {
        assertSame("", file.dataSet(), model);
    }

    private void assertSame(String path, DataSet expected, DataSet model) {
        assertThat(tags(model))
                .as("the attributes of the item at '" + path + "'")
                .isEqualTo(tags(expected));
        for (Element element : expected) {
            Element other = model.find(element.tag());
            if (other != null && kept(element.tag())) {
                assertSame(path + Tags.format(element.tag()), element, expected, other, model);
            }
        }
    }

    private void assertSame(String path, Element element, DataSet expected, Element other, DataSet model) {
        switch (element.value()) {
            case Value.Items items -> {
                List<DataSet> others = model.items(element.tag());
                assertThat(others).as(path).hasSize(items.items().size());
                for (int i = 0; i < others.size(); i++) {
                    assertSame(path + "[" + i + "].", items.items().get(i).dataSet(), others.get(i));
                }
            }
            case Value.Bytes bytes -> {
                if (other.value() instanceof Value.Link link) {
                    assertThat(fetch(link)).as(path).isEqualTo(bytes.copy());
                } else if (element.vr().binary()) {
                    assertThat(other.value()).as(path).isEqualTo(bytes);
                } else {
                    assertValues(path, expected.strings(element.tag()), model.strings(element.tag()));
                }
            }
            case Value.Bulk bulk -> {
                byte[] raw =
                        Arrays.copyOfRange(source, (int) bulk.offset(), (int) (bulk.offset() + bulk.lengthBytes()));
                switch (other.value()) {
                    case Value.Link link -> assertThat(fetch(link)).as(path).isEqualTo(raw);
                    case Value.Bytes text ->
                        assertThat(text.lengthBytes()).as(path).isPositive();
                    default -> throw new AssertionError(path + " is neither text nor a link");
                }
            }
            case Value.Fragments fragments -> {
                assertThat(other.value()).as(path).isInstanceOf(Value.Link.class);
                if (other.value() instanceof Value.Link link) {
                    archive.get(link.uri(), "Accept", "multipart/related; type=\"*/*\"; transfer-syntax=*")
                            .assertStatus(200);
                }
            }
            case Value.Link link -> throw new AssertionError("a file holds no links");
        }
    }

    /// The octets behind a link, which are the same alone and in a multipart body.
    private byte[] fetch(Value.Link link) {
        byte[] single = archive.get(link.uri(), "Accept", "application/octet-stream; transfer-syntax=*")
                .assertStatus(200)
                .body();
        List<Answer.Part> parts = archive.get(
                        link.uri(), "Accept", "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*")
                .assertStatus(200)
                .parts();
        assertThat(parts).hasSize(1);
        assertThat(parts.getFirst().body()).isEqualTo(single);
        return single;
    }

    /// The same values; numbers may be written in another way.
    private static void assertValues(String path, List<String> expected, List<String> values) {
        List<String> left = values(values);
        List<String> right = values(expected);
        assertThat(left).as(path).hasSameSizeAs(right);
        for (int i = 0; i < left.size(); i++) {
            if (!left.get(i).equals(right.get(i))) {
                assertThat(number(path, left.get(i))).as(path).isEqualTo(number(path, right.get(i)));
            }
        }
    }

    /// The values without empty groups of names at their ends; none where there is but an empty one.
    private static List<String> values(List<String> values) {
        List<String> trimmed =
                values.stream().map(value -> value.replaceAll("=+$", "")).toList();
        return trimmed.equals(List.of("")) ? List.of() : trimmed;
    }

    private static double number(String path, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException notANumber) {
            throw new AssertionError(path + " is \"" + text + "\", which is another value", notANumber);
        }
    }

    private static TreeSet<String> tags(DataSet dataSet) {
        TreeSet<String> tags = new TreeSet<>();
        for (Element element : dataSet) {
            if (kept(element.tag())) {
                tags.add(Tags.hex(element.tag()));
            }
        }
        return tags;
    }

    /// Group lengths are no part of the models, and the character set is theirs, not the file's.
    private static boolean kept(int tag) {
        return !Tags.isGroupLength(tag)
                && tag != Tag.SpecificCharacterSet
                && tag != Tag.DataSetTrailingPadding
                && Tags.group(tag) != 2;
    }
}
