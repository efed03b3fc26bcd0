package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.isocenter.server.index.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rules by which studies are deleted when they are old.
final class KeepRuleTest {
    @Test
    void aRuleHasAnAgeAndMayHaveTextAndAPartition() {
        KeepRule rule = Objects.requireNonNull(KeepRule.find(
                "old checks: Partition=ward-7 & Modality=CR & StudyDescription=*check* & StudyAge=3650d"));

        assertThat(rule.name()).isEqualTo("old checks");
        assertThat(rule.partition()).isEqualTo("ward-7");
        assertThat(rule.level()).isEqualTo(Level.SERIES);
        assertThat(rule.terms()).hasSize(2);
        assertThat(rule.studyDate()).isTrue();
        assertThat(rule.age()).isEqualTo(Duration.ofDays(3650));
    }

    @Test
    void theAgeMayBeThatOfTheLastChange() {
        KeepRule rule = Objects.requireNonNull(KeepRule.find("all: UnchangedFor = 30d"));

        assertThat(rule.studyDate()).isFalse();
        assertThat(rule.partition()).isNull();
        assertThat(rule.terms()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                ": StudyAge=3d",
                "x:",
                "x: Modality=CT",
                "x: StudyAge=0d",
                "x: StudyAge=3",
                "x: StudyAge=-3d",
                "x: StudyAge=3d & StudyAge=4d",
                "x: StudyAge=3d & UnchangedFor=4d",
                "x: StudyAge=3d & Nothing=4",
                "x: StudyAge=3d & Modality=",
                "x: StudyAge=3d & Rows=4",
                "x: StudyAge=3d & Partition=a/b",
                "x: StudyAge=3d & Partition=a & Partition=b",
                "x: StudyAge=3d &"
            })
    void whatIsNoRuleIsTold(String text) {
        assertThat(KeepRule.find(text)).isNull();
    }
}
