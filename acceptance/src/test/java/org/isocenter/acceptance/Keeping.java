package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/// What it means that an archive keeps an odd file as it is.
record Keeping(Archive archive) {

    /// Stores a file, asks for it by every route, and deletes it.
    ///
    /// @param status of the store: 200, or 202 where the archive has to warn
    /// @return its metadata as JSON
    String assertKept(Draft draft, int status) {
        byte[] file = draft.bytes();
        Answer stored = archive.dicomweb().store(file).assertStatus(status);
        assertThat(stored.warnings()).allMatch(comment -> comment.startsWith("DICOM100: "));
        assertThat(stored.warnings().isEmpty()).isEqualTo(status == 200);
        return assertThere(draft, file);
    }

    /// The same for a file that is stored already.
    String assertThere(Draft draft, byte[] file) {
        Dicomweb dicomweb = archive.dicomweb();
        assertThat(dicomweb.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                        .assertStatus(200)
                        .body())
                .isEqualTo(file);
        Answer metadata = dicomweb.get(draft.path() + "/metadata", "Accept", Dicomweb.JSON)
                .assertStatus(200);
        assertThat(metadata.jsonTokens()).isPositive();
        assertThat(metadata.text()).contains("\"" + draft.instance + "\"");
        assertThat(dicomweb.get(draft.path() + "/metadata", "Accept", Dicomweb.XML)
                        .assertStatus(200)
                        .parts())
                .hasSize(1);
        for (String level : List.of("studies", "series", "instances")) {
            assertThat(dicomweb.search("/" + level + "?includefield=all&StudyInstanceUID=" + draft.study))
                    .hasSize(1);
        }
        dicomweb.delete(draft.path()).assertStatus(204);
        archive.assertReady();
        return metadata.text();
    }
}
