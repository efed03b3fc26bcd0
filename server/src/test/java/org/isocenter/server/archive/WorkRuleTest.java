package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.isocenter.server.index.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkRuleTest {
    @Test
    void aRuleIsALabelAStationAndText() {
        WorkRule rule = Objects.requireNonNull(
                WorkRule.find("Chest CT nodules @ NODULES: Modality=CT & 00180015=CHEST & StudyDescription=*lung*"));

        assertThat(rule.label()).isEqualTo("Chest CT nodules");
        assertThat(rule.station()).isEqualTo("NODULES");
        assertThat(rule.level()).isEqualTo(Level.SERIES);
        assertThat(rule.terms()).hasSize(3);
        assertThat(Objects.requireNonNull(WorkRule.find("a@b:ModalitiesInStudy=CT"))
                        .level())
                .isEqualTo(Level.STUDY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no rule",
                "a@b",
                "a@b:",
                "@b:Modality=CT",
                "a@:Modality=CT",
                "a:b@Modality=CT",
                "a@b:Modality=",
                "a@b:Modality",
                "a@b:Nonsense=1",
                "a@b:StudyDate=20200101",
                "a@b:Modality=CT&",
                "a@ABCDEFGHIJKLMNOPQ:Modality=CT",
                "a\\b@c:Modality=CT"
            })
    void anythingElseIsNone(String text) {
        assertThat(WorkRule.find(text)).isNull();
    }
}
