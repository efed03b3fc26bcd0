package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CorpusTest {
    /// The files that are refused, with words of the reason.
    private static final Map<String, String> REFUSED = Map.of(
            // Two elements were cut out by hand, but the length of the item around them was left.
            "DICOMDIR-nooffset",
            "an item of 248 bytes reaches past",
            // Cut off by hand.
            "MR_truncated.dcm",
            "the input ends inside the 8192 bytes of (7FE0,0010) OW",
            "rtplan_truncated.dcm",
            "the input ends inside the 50 bytes of (300A,012C) DS",
            // Made by hand with elements of group 0001, which PS3.5 7.1 forbids.
            "nested_priv_SQ.dcm",
            "an element of group 0001",
            "meta_missing_tsyntax.dcm",
            "no transfer syntax is named",
            // A space before the first element of a data set that has neither preamble nor file meta information.
            "no_meta.dcm",
            "no DICM prefix");

    @Test
    void everyFileIsReadAndWrittenWithTheSameBytesOrRefusedForAReason() throws IOException {
        Map<String, String> refused = new TreeMap<>();
        int accepted = 0;
        for (Path path : Corpus.files()) {
            byte[] file = Files.readAllBytes(path);
            String name = path.getFileName().toString();
            try {
                RoundTrip.assertSameBytes(file, RoundTrip.read(file), name);
                accepted++;
            } catch (MalformedException malformed) {
                refused.put(name, malformed.getMessage());
            }
        }
        assertThat(refused).containsOnlyKeys(REFUSED.keySet());
        refused.forEach((name, reason) -> assertThat(reason).as(name).contains(REFUSED.get(name)));
        assertThat(accepted).isGreaterThan(200);
    }

    @Test
    void theHeadIsTheSameAsTheWholeUpToThePixelData() throws Exception {
        for (Path path : Corpus.files()) {
            byte[] file = Files.readAllBytes(path);
            if (REFUSED.containsKey(path.getFileName().toString())) {
                continue;
            }
            DataSet head =
                    RoundTrip.read(file, ReadOptions.DEFAULT.untilPixels()).dataSet();
            DataSet whole = RoundTrip.read(file).dataSet();
            int index = 0;
            for (Element element : whole) {
                if (Integer.compareUnsigned(element.tag(), Tag.FloatPixelData) >= 0) {
                    break;
                }
                assertThat(head.find(element.tag())).as(path + " " + element).isEqualTo(element);
                index++;
            }
            assertThat(head.size()).as(path.toString()).isEqualTo(index);
        }
    }

    @Test
    void truncatedFilesGiveWhatIsCompleteWhereThatIsAskedFor() throws Exception {
        ReadOptions options = ReadOptions.DEFAULT.acceptingTruncated();
        Part10 image = RoundTrip.read(Corpus.bytes("pydicom/MR_truncated.dcm"), options);
        assertThat(image.deviates(Deviation.Kind.TRUNCATED)).isTrue();
        assertThat(image.dataSet().findInt(Tag.Rows)).isEqualTo(64);
        assertThat(image.dataSet().contains(Tag.PixelData)).isFalse();

        Part10 plan = RoundTrip.read(Corpus.bytes("pydicom/rtplan_truncated.dcm"), options);
        DataSet beam = plan.dataSet().items(0x300A00B0).getFirst();
        assertThat(beam.items(0x300A0111)).isNotEmpty();
    }

    @Test
    void everyImageOfTheCorpusHasItsFramesLocatedOrAReason() throws Exception {
        Map<String, Integer> states = new TreeMap<>();
        for (Path path : Corpus.files()) {
            byte[] file = Files.readAllBytes(path);
            if (REFUSED.containsKey(path.getFileName().toString())) {
                continue;
            }
            Part10 part10 = RoundTrip.read(file);
            Frames frames = Frames.of(part10.dataSet(), part10.transferSyntax());
            states.merge(frames.state() + " " + frames.reason(), 1, Integer::sum);
            if (frames.state() == Frames.State.LOCATED) {
                for (int frame = 1; frame <= frames.count(); frame++) {
                    assertThat(frames.findRanges(frame))
                            .as(path + " frame " + frame)
                            .isNotEmpty();
                }
            }
        }
        // The one file that contradicts itself names "1A" frames.
        assertThat(states)
                .containsOnlyKeys("LOCATED ", "ABSENT no pixel data", "CONTRADICTORY (0028,0008) is no positive number")
                .containsEntry("CONTRADICTORY (0028,0008) is no positive number", 1);
    }
}
