package org.isocenter.dicom.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isocenter.dicom.BulkLinks;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Deviation;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Frames;
import org.isocenter.dicom.JsonReader;
import org.isocenter.dicom.JsonWriter;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.ReadOptions;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Uids;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README shows the code between `// example` and `// end` here, in this order and to the letter.
class ReadmeTest {
    private static final Path SOURCE = Path.of("src/test/java/org/isocenter/dicom/readme/ReadmeTest.java");
    private static final byte[] FRAMES = {1, 1, 1, 1, 2, 2};

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream console = new PrintStream(printed, true, StandardCharsets.UTF_8);

    private void print(Path file) throws IOException, MalformedException {
        // example
        try (InputStream in = Files.newInputStream(file)) {
            Part10 part10 = Part10Reader.read(in, ReadOptions.DEFAULT);
            console.println(part10.transferSyntax().name());
            for (Element element : part10.dataSet()) {
                console.println(element + " " + part10.dataSet().strings(element.tag()));
            }
            for (Deviation deviation : part10.deviations()) {
                console.println("departs from the standard: " + deviation);
            }
        }
        // end
    }

    private String patientOf(Path file) throws IOException, MalformedException {
        // example
        ReadOptions options = ReadOptions.DEFAULT.untilPixels();
        try (InputStream in = Files.newInputStream(file)) {
            DataSet head = Part10Reader.read(in, options).dataSet();
            return head.findString(Tag.PatientName) + ", " + head.findInt(Tag.NumberOfFrames) + " frames";
        }
        // end
    }

    private void write(Path file) throws IOException {
        // example
        DataSet report = new DataSet()
                .putString(Tag.SpecificCharacterSet, "ISO_IR 192")
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.88.11")
                .putString(Tag.SOPInstanceUID, Uids.create())
                .putString(Tag.StudyInstanceUID, Uids.create())
                .putString(Tag.SeriesInstanceUID, Uids.create())
                .putString(Tag.PatientName, "Müller^Jörg")
                .putInts(Tag.InstanceNumber, 1);
        try (OutputStream out = Files.newOutputStream(file)) {
            Part10Writer.write(Part10.of(report, TransferSyntax.EXPLICIT_LITTLE_ENDIAN), BulkSource.NONE, out);
        }
        // end
    }

    private DataSet throughJson(DataSet dataSet) throws IOException, MalformedException {
        // example
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        JsonWriter writer = new JsonWriter(json, BulkLinks.NONE);
        writer.write(dataSet);
        writer.flush();
        DataSet back = JsonReader.readOne(new ByteArrayInputStream(json.toByteArray()), Limits.DEFAULT);
        // end
        return back;
    }

    private void copyFrames(Path file, List<ByteArrayOutputStream> copies) throws IOException, MalformedException {
        // example
        try (FileChannel channel = FileChannel.open(file)) {
            Part10 image = Part10Reader.read(Channels.newInputStream(channel), ReadOptions.DEFAULT);
            Frames frames = Frames.of(image.dataSet(), image.transferSyntax());
            BulkSource source = BulkSource.of(channel);
            for (int number = 1; number <= frames.count(); number++) {
                List<Frames.Range> ranges = frames.findRanges(number);
                if (ranges != null) {
                    for (Frames.Range range : ranges) {
                        source.transfer(range.offset(), range.lengthBytes(), copies.get(number - 1));
                    }
                }
            }
        }
        // end
    }

    @Test
    void aFileIsReadAndPrinted() throws Exception {
        print(image());

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("RLE Lossless")
                .contains("(0010,0010) PN", "[Lovelace^Ada]")
                .doesNotContain("departs");
    }

    @Test
    void theHeadOfAFileIsReadWithoutItsPixels() throws Exception {
        assertThat(patientOf(image())).isEqualTo("Lovelace^Ada, 2 frames");
    }

    @Test
    void aFileIsWritten() throws Exception {
        Path file = folder.resolve("report.dcm");

        write(file);

        print(file);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("[Müller^Jörg]");
    }

    @Test
    void aDataSetGoesThroughJson() throws Exception {
        DataSet dataSet = new DataSet().putString(Tag.PatientName, "Lovelace^Ada");

        assertThat(throughJson(dataSet).findString(Tag.PatientName)).isEqualTo("Lovelace^Ada");
    }

    @Test
    void theFramesOfAnEncapsulatedImageAreCopied() throws Exception {
        List<ByteArrayOutputStream> copies = List.of(new ByteArrayOutputStream(), new ByteArrayOutputStream());

        copyFrames(image(), copies);

        assertThat(copies.get(0).toByteArray()).containsExactly(1, 1, 1, 1);
        assertThat(copies.get(1).toByteArray()).containsExactly(2, 2);
    }

    @Test
    void theReadmeShowsTheseExamples() throws IOException {
        List<String> tested = between(Files.readString(SOURCE), "        // example\n", "        // end\n");

        assertThat(between(Files.readString(Path.of("README.md")), "```java\n", "```\n"))
                .containsExactlyElementsOf(
                        tested.stream().map(code -> code.indent(-8)).toList());
    }

    private static List<String> between(String text, String open, String close) {
        return text
                .lines()
                .reduce("", (all, line) -> all + line + "\n")
                .transform(all -> List.of(all.split(java.util.regex.Pattern.quote(open), -1)))
                .stream()
                .skip(1)
                .map(piece -> piece.substring(0, piece.indexOf(close)))
                .toList();
    }

    /// An image of two frames in RLE, one fragment each.
    private Path image() throws IOException {
        DataSet image = new DataSet()
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.7.2")
                .putString(Tag.SOPInstanceUID, "1.2.3.4")
                .putString(Tag.PatientName, "Lovelace^Ada")
                .putInts(Tag.NumberOfFrames, 2)
                .put(new Element(
                        Tag.PixelData, Vr.OB, new Value.Fragments(new long[] {0, 0, 4}, new long[] {0, 4, 2})));
        Path file = folder.resolve("image.dcm");
        try (OutputStream out = Files.newOutputStream(file)) {
            Part10Writer.write(Part10.of(image, TransferSyntax.RLE_LOSSLESS), BulkSource.of(FRAMES), out);
        }
        return file;
    }
}
