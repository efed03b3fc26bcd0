package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.isocenter.server.archive.ImportSource.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImportSourceTest {
    @Test
    void eachKindHasItsAddresses() {
        assertThat(ImportSource.find(List.of(
                        "a=folder:/mnt/a",
                        "b-1 = folder:/mnt/b=c:d",
                        "c=s3://bucket/folder",
                        "d=azureblob:https://one.blob.core.windows.net/two/three")))
                .containsExactly(
                        new ImportSource("a", Kind.FOLDER, "/mnt/a"),
                        new ImportSource("b-1", Kind.FOLDER, "/mnt/b=c:d"),
                        new ImportSource("c", Kind.S3, "//bucket/folder"),
                        new ImportSource("d", Kind.AZURE_BLOB, "https://one.blob.core.windows.net/two/three"));
        assertThat(ImportSource.find(List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a=/mnt",
                "=folder:/mnt",
                "a=folder:",
                "a b=folder:/mnt",
                "../a=folder:/mnt",
                "a=folder:\0",
                "a=dicomweb:https://images.example.org/dicom-web",
                "a=s3:bucket",
                "a=s3://bucket/..",
                "a=azureBlob:https://one.blob.core.windows.net",
                "a=azureBlob:https://one.blob.core.windows.net/two?sig=secret"
            })
    void whatIsNoneIsTold(String text) {
        assertThat(ImportSource.find(List.of(text))).isNull();
        assertThat(ImportSource.find(List.of("a".repeat(65) + "=folder:/mnt"))).isNull();
    }

    @Test
    void twoHaveNotOneName() {
        assertThat(ImportSource.find(List.of("a=folder:/mnt/a", "a=s3://bucket")))
                .isNull();
    }
}
