package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.JsonReader;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Programs that other people wrote: files that DCMTK makes, metadata as DCMTK tells them, and a client in
/// JavaScript. What is not installed is skipped, and said.
class ForeignClientsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Dicomweb dicomweb = Archive.get().dicomweb();

    @TempDir
    private Path folder = Path.of("");

    static Stream<Arguments> conversions() {
        return Stream.of(
                arguments("implicit", "+ti"),
                arguments("explicit", "+te"),
                arguments("big endian", "+tb"),
                arguments("deflated", "+td"),
                arguments("sequences with lengths", "+e"),
                arguments("sequences with delimiters", "-e"),
                arguments("group lengths", "+g"),
                arguments("padding at the end", "+p"),
                arguments("no file meta information", "-F"));
    }

    @ParameterizedTest(name = "dcmconv: {0}")
    @MethodSource("conversions")
    void aFileOfDcmtkIsKeptAsItIs(String name, String option) throws IOException {
        Programs.assume("dcmconv");
        Draft draft = Draft.ct()
                .element(
                        Tag.RequestAttributesSequence,
                        out -> out.sequence(
                                Tag.RequestAttributesSequence,
                                out.fresh().text(Tag.ScheduledProcedureStepID, "SH", "S")));
        Path in = Files.write(folder.resolve("in.dcm"), draft.bytes());
        Path out = folder.resolve("out.dcm");
        List<String> command = new ArrayList<>(List.of("dcmconv", option));
        if (option.equals("+p")) {
            command.addAll(List.of("512", "128"));
        }
        command.addAll(List.of(in.toString(), out.toString()));
        run(command, folder);
        assertKept(Files.readAllBytes(out), draft.path());
    }

    private void assertKept(byte[] file, String path) {
        assertThat(dicomweb.store(file).status()).isIn(200, 202);
        assertThat(dicomweb.get(path, "Accept", Dicomweb.SINGLE_DICOM)
                        .assertStatus(200)
                        .body())
                .isEqualTo(file);
        ModelCheck.of(file, dicomweb).assertComplete(dicomweb.metadata(path).getFirst());
    }

    @Test
    void aPictureThatImg2dcmMadeIsKeptAndItsFrameIsThePicture() throws IOException {
        Programs.assume("img2dcm");
        Path picture = folder.resolve("picture.jpg");
        ImageIO.write(new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB), "jpeg", picture.toFile());
        Path out = folder.resolve("out.dcm");
        run(List.of("img2dcm", picture.toString(), out.toString()), folder);
        byte[] file = Files.readAllBytes(out);
        DataSet dataSet = ModelCheck.read(file).dataSet();
        String path = "/studies/" + dataSet.findString(Tag.StudyInstanceUID) + "/series/"
                + dataSet.findString(Tag.SeriesInstanceUID) + "/instances/" + dataSet.findString(Tag.SOPInstanceUID);
        assertKept(file, path);
        Answer frame = dicomweb.get(path + "/frames/1", "Accept", "image/jpeg").assertStatus(200);
        assertThat(ImageIO.read(new ByteArrayInputStream(frame.body())).getWidth())
                .isEqualTo(32);
    }

    @Test
    void metadataAreThoseThatDcm2jsonTells() throws IOException, MalformedException {
        Programs.assume("dcm2json");
        Draft draft = Draft.ct()
                .utf8(Tag.PatientName, "PN", "Müller^Jörg=山田^太郎")
                .text(Tag.ImageType, "CS", "ORIGINAL\\PRIMARY")
                .text(Tag.SliceThickness, "DS", "2.5")
                .element(Tag.RealWorldValueSlope, out -> out.doubles(Tag.RealWorldValueSlope, 0.25))
                .element(Tag.ReferencedImageSequence, out -> out.sequence(Tag.ReferencedImageSequence));
        Path in = Files.write(folder.resolve("in.dcm"), draft.bytes());
        byte[] json = run(List.of("dcm2json", in.toString()), folder);
        DataSet theirs = JsonReader.readOne(new ByteArrayInputStream(json), Limits.DEFAULT);
        dicomweb.store(draft.bytes()).assertStatus(200);
        DataSet ours = dicomweb.metadata(draft.path()).getFirst();
        for (Element element : theirs) {
            Element own = ours.find(element.tag());
            assertThat(own).as(Tags.format(element.tag())).isNotNull();
            if (own != null
                    && own.value() instanceof Value.Bytes
                    && !element.vr().binary()) {
                assertThat(own.vr()).isEqualTo(element.vr());
                assertThat(ours.strings(element.tag())).isEqualTo(theirs.strings(element.tag()));
            }
        }
        assertThat(ours.size()).isEqualTo(theirs.size());
    }

    @Test
    void theClientInJavaScriptSearchesRetrievesAndStores() throws IOException {
        Path clients = Path.of(System.getProperty("acceptance.clients", "clients"));
        Programs.assume("node");
        Programs.assumePackages(clients, "dicomweb-client");
        Draft stored = Draft.ct().image(8, 8, 2);
        Draft sent = Draft.ct();
        dicomweb.store(stored.bytes()).assertStatus(200);
        Path known = Files.write(folder.resolve("known.dcm"), stored.bytes());
        Path fresh = Files.write(folder.resolve("fresh.dcm"), sent.bytes());
        byte[] said = run(
                List.of(
                        "node",
                        "dicomweb-client.mjs",
                        dicomweb.root().toString(),
                        stored.study,
                        stored.series,
                        stored.instance,
                        known.toString(),
                        fresh.toString()),
                clients);
        assertThat(new String(said, StandardCharsets.UTF_8)).contains("all well");
        assertThat(dicomweb.get(sent.path(), "Accept", Dicomweb.SINGLE_DICOM)
                        .assertStatus(200)
                        .body())
                .isEqualTo(sent.bytes());
    }

    /// What a program prints.
    private static byte[] run(List<String> command, Path folder) throws IOException {
        return Programs.run(command, folder, PATIENCE);
    }
}
