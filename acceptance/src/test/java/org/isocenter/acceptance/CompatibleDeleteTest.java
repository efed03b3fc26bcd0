package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Delete.
@ParameterizedClass
@MethodSource("org.isocenter.acceptance.CompatibleBases#all")
class CompatibleDeleteTest {
    private final Dicomweb root;

    CompatibleDeleteTest(Dicomweb root) {
        this.root = root;
    }

    private void assertGone(String path) {
        root.get(path, "Accept", "*/*").assertStatus(404);
        root.get(path + "/metadata", "Accept", Dicomweb.JSON).assertStatus(404);
    }

    private void assertThere(Draft draft) {
        root.get(draft.path(), "Accept", "*/*").assertStatus(200);
        root.get(draft.path() + "/frames/1", "Accept", "*/*").assertStatus(200);
    }

    @Test
    void aDeletedInstanceIsGoneAndItsSiblingIsNot() {
        Draft deleted = Draft.ct();
        Draft sibling = Draft.ct(deleted.study, deleted.series);
        root.store(deleted.bytes(), sibling.bytes()).assertStatus(200);
        root.delete(deleted.path()).assertStatus(204);
        assertGone(deleted.path());
        root.get(deleted.path() + "/frames/1", "Accept", "*/*").assertStatus(404);
        root.delete(deleted.path()).assertStatus(404);
        assertThere(sibling);
    }

    @Test
    void aDeletedSeriesIsGoneWithItsInstancesAndItsSiblingIsNot() {
        Draft deleted = Draft.ct();
        Draft sibling = Draft.ct(deleted.study, Draft.uid());
        root.store(deleted.bytes(), sibling.bytes()).assertStatus(200);
        root.delete(deleted.seriesPath()).assertStatus(204);
        assertGone(deleted.seriesPath());
        assertGone(deleted.path());
        root.delete(deleted.seriesPath()).assertStatus(404);
        root.delete(deleted.path()).assertStatus(404);
        assertThere(sibling);
    }

    @Test
    void aDeletedStudyIsGoneWithAllThatIsInIt() {
        Draft deleted = Draft.ct();
        Draft other = Draft.ct();
        root.store(deleted.bytes(), other.bytes()).assertStatus(200);
        root.delete(deleted.studyPath()).assertStatus(204);
        for (String path : List.of(deleted.studyPath(), deleted.seriesPath(), deleted.path())) {
            assertGone(path);
            root.delete(path).assertStatus(404);
        }
        assertThat(root.search("/studies?StudyInstanceUID=" + deleted.study)).isEmpty();
        assertThere(other);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/studies/invalidUid",
                "/studies/invalidUid/series/1.2",
                "/studies/1.2/series/invalidUid",
                "/studies/1.2/series/3.4/instances/invalidUid",
                "/studies/345%255.3"
            })
    void whatIsNoUidIsRefused(String path) {
        root.delete(path).assertStatus(400);
    }
}
