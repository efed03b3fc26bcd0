package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The requests on the pages for users: each is made by a test.
class PagesTest {
    private static final Path TESTS = Path.of("src/test/java/org/isocenter/acceptance");
    private static final Pattern RUN = Pattern.compile("new HowToPage\\(\\s*\"([^\"]+)\"");

    private final Archive archive = Archive.get();

    @TempDir
    private Path folder;

    @Test
    void noPageTellsWhatNobodyHasTried() throws IOException {
        Set<String> run = new TreeSet<>();
        try (Stream<Path> tests = Files.walk(TESTS)) {
            for (Path test : tests.filter(Files::isRegularFile).toList()) {
                RUN.matcher(Files.readString(test)).results().forEach(page -> run.add(page.group(1)));
            }
        }
        assertThat(HowToPage.all()).containsExactlyInAnyOrderElementsOf(run);
    }

    @Test
    void theVersionsAreWhereThePageSays() throws IOException {
        assertThat(new HowToPage("how-to/azure.md").run(archive, folder)).hasSize(6);
    }

    @Test
    void theChangeFeedIsReadAsThePageSays() throws IOException {
        archive.dicomweb().store(Draft.ct().bytes()).assertStatus(200);
        assertThat(new HowToPage("concepts/change-feed.md").run(archive, folder))
                .hasSize(5)
                .noneMatch(String::isEmpty);
    }

    @Test
    void operationsAreFollowedAsThePageSays() throws IOException {
        Draft draft = Draft.ct();
        archive.dicomweb().store(draft.bytes()).assertStatus(200);
        String id = new Operating(archive.dicomweb())
                .end(new Operating(archive.dicomweb()).post("/studies/$bulkUpdate", """
                        {"studyInstanceUids": ["%s"], "remove": ["PatientName"]}""".formatted(draft.study)))
                .path("operationId")
                .asString();
        assertThat(new HowToPage("reference/operations.md", Map.of("8f14e45fceea467fa2dbe1d7c9a1b0c3", id))
                        .run(archive, folder))
                .hasSize(4)
                .element(1)
                .asString()
                .contains(id);
    }
}
