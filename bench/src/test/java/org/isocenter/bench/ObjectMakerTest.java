package org.isocenter.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ObjectMakerTest {

    private static final Path DCMDUMP = Path.of("/usr/bin/dcmdump");
    private static final Identity SOME = new Identity(7, 12_345, 1, 42);

    @ParameterizedTest
    @EnumSource(
            value = Shape.class,
            names = {"TWO_KB", "TEN_KB", "HALF_MB"})
    void elementsAscendAndEndWithTheFile(Shape shape) {
        ObjectTemplate template = ObjectMaker.template(shape, 7);
        byte[] file = template.file(SOME);
        Map<Integer, String> elements = parse(file);
        assertThat(file).hasSize((int) template.fileBytes());
        assertThat(elements).hasSizeGreaterThan(85).containsKey(0x7FE0_0010);
    }

    @Test
    void everyPatchedValueIsThatOfTheInstance() {
        Map<Integer, String> elements =
                parse(ObjectMaker.template(Shape.TWO_KB, 7).file(SOME));
        assertThat(elements)
                .containsEntry(0x0008_0018, SOME.instanceUid())
                .containsEntry(0x0002_0003, SOME.instanceUid())
                .containsEntry(0x0020_000D, SOME.studyUid())
                .containsEntry(0x0020_000E, SOME.seriesUid())
                .containsEntry(0x0010_0020, SOME.patientId())
                .containsEntry(0x0008_0050, SOME.accessionNumber())
                .containsEntry(0x0008_0020, SOME.date())
                .containsEntry(0x0008_0060, "MR")
                .containsEntry(0x0008_0016, "1.2.840.10008.5.1.4.1.1.4")
                .containsEntry(0x0002_0002, "1.2.840.10008.5.1.4.1.1.4")
                .containsEntry(0x0010_0010, PatientNames.personName(SOME.study()))
                .containsEntry(0x0020_0013, "000042");
    }

    @Test
    void aPatchedHeadIsTheSameAsAFreshOne() {
        ObjectTemplate template = ObjectMaker.template(Shape.TWO_KB, 7);
        ByteBuffer patched = ByteBuffer.allocate(template.headBytes() + 3);
        template.write(new Identity(7, 999_999, 0, 0), patched, 3);
        template.patch(SOME, patched, 3);
        assertThat(patched.slice(3, template.headBytes()))
                .isEqualTo(ByteBuffer.wrap(template.file(SOME), 0, template.headBytes()));
    }

    @Test
    void noTwoInstancesShareAUid() {
        Set<String> uids = new HashSet<>();
        for (long study = 0; study < 20; study++) {
            for (int series = 0; series < 3; series++) {
                for (int instance = 0; instance < 30; instance++) {
                    Identity identity = new Identity(1, study, series, instance);
                    assertThat(identity.instanceUid().length()).isLessThanOrEqualTo(64);
                    assertThat(uids.add(identity.instanceUid())).isTrue();
                }
                assertThat(uids.add(new Identity(1, study, series, 0).seriesUid()))
                        .isTrue();
            }
            assertThat(uids.add(new Identity(1, study, 0, 0).studyUid())).isTrue();
        }
    }

    @Test
    void namesFitTheirFieldAndDifferWithinAScript() {
        assertThat(LongStream.range(0, 64_000)
                        .filter(study -> study % 5 == 0)
                        .mapToObj(PatientNames::family)
                        .distinct()
                        .count())
                .isEqualTo(12_800);
        assertThat(LongStream.range(0, 64_000).mapToObj(PatientNames::personName))
                .allSatisfy(name -> assertThat(name.getBytes(StandardCharsets.UTF_8))
                        .hasSizeLessThanOrEqualTo(ObjectTemplate.NAME_BYTES));
    }

    @Test
    void anotherReaderAcceptsTheFile(@TempDir Path folder) throws Exception {
        assumeThat(DCMDUMP).as("DCMTK is not installed").isExecutable();
        Path file = folder.resolve("object.dcm");
        Files.write(file, ObjectMaker.template(Shape.TEN_KB, 7).file(SOME));
        Process process = new ProcessBuilder(
                        DCMDUMP.toString(), "--load-all", "--print-all", "--convert-to-utf8", file.toString())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        assertThat(text)
                .doesNotContain("E: ", "W: ")
                .contains(SOME.instanceUid(), SOME.studyUid(), PatientNames.personName(SOME.study()), "PixelData");
    }

    /// The elements of the top level by tag; fails where one does not ascend or ends outside the file.
    private static Map<Integer, String> parse(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(132);
        assertThat(new String(file, 128, 4, StandardCharsets.US_ASCII)).isEqualTo("DICM");
        Map<Integer, String> elements = new HashMap<>();
        int last = 0;
        while (in.hasRemaining()) {
            int tag = (in.getShort() & 0xFFFF) << 16 | in.getShort() & 0xFFFF;
            assertThat(Integer.compareUnsigned(tag, last)).as("%08X", tag).isPositive();
            last = tag;
            String vr = "" + (char) in.get() + (char) in.get();
            boolean wide = List.of("OB", "OW", "SQ", "UN", "UT", "UC", "UR").contains(vr);
            int length = wide ? in.getInt(in.position() + 2) : in.getShort() & 0xFFFF;
            in.position(in.position() + (wide ? 6 : 0));
            assertThat(length).as("%08X", tag).isBetween(0, in.remaining()).is(even());
            byte[] value = new byte[length];
            in.get(value);
            elements.put(
                    tag,
                    new String(value, StandardCharsets.UTF_8).replace('\0', ' ').strip());
        }
        return elements;
    }

    private static Condition<Integer> even() {
        return new Condition<>(number -> number % 2 == 0, "even");
    }
}
