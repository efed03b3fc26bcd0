package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;

/// Multipart bodies that are odd and right, and what is left of those that are cut.
class MultipartTest {
    private static final String TYPE = "multipart/related; type=\"application/dicom\"; boundary=";

    private final Archive archive = Archive.get();
    private final Dicomweb dicomweb = archive.dicomweb();

    @Test
    void m02TheBoundaryWithinAPartDoesNotEndIt() {
        String text = "--" + Dicomweb.BOUNDARY + " --" + Dicomweb.BOUNDARY + "--\r\n\r\n--"
                + Dicomweb.BOUNDARY.substring(3) + "\r\n--" + Dicomweb.BOUNDARY + "x\r\n--cut-here";
        Draft draft = Draft.ct().text(0x00110010, "LO", "ISOCENTER TEST").text(0x00111001, "UT", text.repeat(3000));
        dicomweb.store(draft.bytes()).assertStatus(200);
        assertThat(dicomweb.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).body())
                .isEqualTo(draft.bytes());
    }

    /// The body comes in two chunks, which no reader joins, divided at every byte of the delimiters.
    @Test
    void m02ABoundaryThatIsSplitOverReadsIsFound() throws IOException {
        Draft draft = Draft.ct();
        byte[] body = Dicomweb.multipart(draft.bytes());
        int delimiter = Dicomweb.BOUNDARY.length() + 8;
        String head = "POST " + archive.path() + "/studies HTTP/1.1\r\nHost: {host}\r\nContent-Type: " + TYPE
                + Dicomweb.BOUNDARY + "\r\nAccept: " + Dicomweb.JSON + "\r\nTransfer-Encoding: chunked\r\n\r\n";
        try (Wire wire = archive.wire()) {
            for (int at = 1; at < body.length; at++) {
                if (at <= delimiter || at >= body.length - delimiter) {
                    wire.send(head).send(chunk(Arrays.copyOf(body, at)));
                    wire.send(chunk(Samples.tail(body, at))).send("0\r\n\r\n");
                    Answer answer = wire.answer().assertStatus(200);
                    assertThat(answer.dataSet().items(Tag.ReferencedSOPSequence))
                            .hasSize(1);
                }
            }
        }
        assertThat(dicomweb.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).body())
                .isEqualTo(draft.bytes());
    }

    private static byte[] chunk(byte[] bytes) {
        byte[] size = Samples.latin(Integer.toHexString(bytes.length) + "\r\n");
        return Samples.joined(Samples.joined(size, bytes), Samples.latin("\r\n"));
    }

    @Test
    void aQuotedBoundaryAPreambleAndPaddingAreTaken() {
        Draft draft = Draft.ct();
        byte[] head = Samples.latin("This is no part.\r\n--b '()+_,-./:=?c  \r\ncontent-type: Application/DICOM;"
                + " transfer-syntax=1.2.840.10008.1.2.1\r\nContent-ID: <a@b>\r\n\r\n");
        byte[] tail = Samples.latin("\r\n--b '()+_,-./:=?c--\r\nThis is none either.");
        dicomweb.post(
                        "/studies",
                        TYPE + "\"b '()+_,-./:=?c\"",
                        Samples.joined(Samples.joined(head, draft.bytes()), tail))
                .assertStatus(200);
        assertThat(dicomweb.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).body())
                .isEqualTo(draft.bytes());
    }

    @Test
    void m04aCutBodyIsRefusedAndWhatWasWholeMayBeSentAgain() {
        Draft first = Draft.ct();
        Draft second = Draft.ct();
        byte[] whole = Dicomweb.multipart(first.bytes(), second.bytes());
        // Two bytes less are but the line break behind the last boundary.
        for (int cut = 3; cut <= 200; cut++) {
            byte[] body = Arrays.copyOf(whole, whole.length - cut);
            dicomweb.post("/studies", TYPE + Dicomweb.BOUNDARY, body).assertProblem(400, "malformed-body");
            dicomweb.get(second.path(), "Accept", "*/*").assertStatus(404);
        }
        Answer answer = dicomweb.store(first.bytes(), second.bytes()).assertStatus(200);
        assertThat(answer.dataSet().items(Tag.ReferencedSOPSequence)).hasSize(2);
        archive.assertReady();
    }

    @Test
    void aThousandInstancesOfOneRequestAreStored() {
        Draft first = Draft.ct().withoutPixels();
        byte[][] files = new byte[1000][];
        for (int i = 0; i < files.length; i++) {
            files[i] = Draft.ct(first.study, first.series).withoutPixels().bytes();
        }
        dicomweb.store(files).assertStatus(200);
        assertThat(dicomweb.metadata(first.seriesPath())).hasSize(files.length);
        dicomweb.delete(first.studyPath()).assertStatus(204);
    }
}
