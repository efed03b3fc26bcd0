package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;

/// The commands that an operator runs beside a server.
class CommandsTest {
    @Test
    void theyLookAtWhatTheServerHasAndLeaveItAsItIs() throws IOException {
        try (Archive archive = Archive.with("--retention-deleted", "0s")) {
            Dicomweb root = archive.dicomweb();
            Draft old = Draft.ct().text(Tag.StudyDate, "DA", "20160101").image(600, 600, 1);
            Draft young = Draft.ct().text(Tag.StudyDate, "DA", "").image(600, 600, 1);
            root.store(old.bytes(), young.bytes()).assertStatus(200);
            root.delete(young.path()).assertStatus(204);

            assertThat(archive.command("retention", "--retention-rules", "old: Modality=CT & StudyAge=3650d"))
                    .contains("old\tMicrosoft.Default\t" + old.study, "1 study by 1 rule");
            assertThat(archive.command("sweep", "--retention-deleted", "0s")).startsWith("1 blobs removed");
            assertThat(archive.command("verify")).contains("1 ");
            assertThat(root.get(old.path(), "Accept", Dicomweb.SINGLE_DICOM)
                            .assertStatus(200)
                            .body())
                    .isEqualTo(old.bytes());
        }
    }
}
