package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsPageTest {

    @Test
    void theReferencePageSaysWhatTheCatalogueSays() throws IOException {
        Path page = Path.of("..").resolve(SettingsPage.PATH);

        assertThat(page)
                .as("to write it: ./isocenter settings --write-page %s", SettingsPage.PATH)
                .hasContent(SettingsPage.write());
        assertThat(Files.readString(page)).isEqualTo(SettingsPage.write());
    }
}
