package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;

/// Store of files of many megabytes, which come back byte by byte. Where they are stored makes no difference
/// to the bytes, so each stands under one base.
class CompatibleLargeFilesTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final Dicomweb SINGLE = Archive.get().v1();
    private static final Dicomweb MULTIPART = Archive.partition(Archive.get().v2(), "large-" + Draft.uid());

    /// An image with sides of this many pixels of 16 bits.
    private static Draft square(int side) {
        return Draft.ct()
                .image(side, side, 1)
                .element(Tag.PixelData, out -> out.bytes(Tag.PixelData, "OW", Samples.noise(2 * side * side)));
    }

    @Test
    void aSinglePartOf50MegabytesComesBackAsItWas() {
        Draft large = square(5_000);
        byte[] sent = large.bytes();
        SINGLE.post("/studies", "application/dicom", sent).assertStatus(200);
        assertKept(SINGLE, large, sent);
    }

    @Test
    void threePartsOf15MegabytesComeBackAsTheyWere() {
        Draft[] large = {square(2_740), square(2_740), square(2_740)};
        byte[][] sent = Stream.of(large).map(Draft::bytes).toArray(byte[][]::new);
        MULTIPART.store(sent).assertStatus(200);
        for (int i = 0; i < large.length; i++) {
            assertKept(MULTIPART, large[i], sent[i]);
        }
    }

    /// 1.7 GB with `-Dpromises=nightly`, made while it is sent.
    @Test
    void onePartOfMoreThanAGigabyteComesBackAsItWas() throws IOException {
        int mebibytes = (int) Size.of(100, 1_700);
        for (boolean multipart : new boolean[] {false, true}) {
            Draft large = Draft.ct().withoutPixels();
            byte[] head = Samples.joined(
                    large.bytes(),
                    Elements.explicit()
                            .head(Tag.PixelData, "OW", mebibytes * (long) MEBIBYTE)
                            .toBytes());
            MessageDigest sent = sha256();
            InputStream file = new DigestInputStream(
                    Stretch.joined(Stretch.bytes(head), Stretch.repeated(Samples.noise(MEBIBYTE), mebibytes)), sent);
            InputStream body = multipart ? Dicomweb.multipart(file) : file;
            HttpRequest.Builder request =
                    SINGLE.request("/studies", "Content-Type", multipart ? Dicomweb.PARTS : "application/dicom");
            SINGLE.send(request.POST(BodyPublishers.ofInputStream(() -> body))).assertStatus(200);

            MessageDigest kept = sha256();
            SINGLE.stream(large.path(), Dicomweb.SINGLE_DICOM, kept::update);
            assertThat(kept.digest()).isEqualTo(sent.digest());
            SINGLE.delete(large.path()).assertStatus(204);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void assertKept(Dicomweb root, Draft draft, byte[] sent) {
        byte[] kept = root.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                .assertStatus(200)
                .body();
        assertThat(Arrays.equals(kept, sent)).isTrue();
    }
}
