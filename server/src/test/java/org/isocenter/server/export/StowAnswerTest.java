package org.isocenter.server.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.isocenter.server.export.StowAnswer.Item;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StowAnswerTest {

    @Test
    void storedAndFailedInstancesAreReadWithTheirReasons() throws IOException {
        StowAnswer answer = read("""
                {"00081190":{"vr":"UR","Value":["http://x/studies/1"]},
                 "00081199":{"vr":"SQ","Value":[
                   {"00081150":{"vr":"UI","Value":["1.2"]},"00081155":{"vr":"UI","Value":["1.1"]}},
                   {"00081155":{"Value":["1.2"],"vr":"UI"},"00081196":{"vr":"US","Value":[45063]}}]},
                 "00081198":{"vr":"SQ","Value":[
                   {"00081155":{"vr":"UI","Value":["1.3"]},"00081197":{"vr":"US","Value":[45070]}},
                   {"00081197":{"vr":"US","Value":[43264]},
                    "00741048":{"vr":"SQ","Value":[
                      {"00000902":{"vr":"LO","Value":["PatientID is missing"]}},
                      {"00000902":{"vr":"LO","Value":["StudyDate is no date"]}}]}}]}}
                """);

        assertThat(answer.stored()).containsExactly(new Item("1.1", 0, ""), new Item("1.2", 45063, ""));
        assertThat(answer.failed())
                .containsExactly(
                        new Item("1.3", 45070, ""),
                        new Item(null, 43264, "PatientID is missing; StudyDate is no date"));
        assertThat(answer.failed())
                .extracting(Item::explain)
                .containsExactly(
                        "45070 already stored with other content",
                        "43264 failed validation: PatientID is missing; StudyDate is no date");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"00081199\":{\"vr\":\"SQ\"}}",
                "{\"00081199\":null}",
                "{\"00081198\":{\"Value\":[]}}",
                "{\"00081198\":[1,{\"a\":2}]}",
                "{\"other\":{\"deep\":[[[{\"x\":1}]]]}}"
            })
    void anAnswerWithoutInstancesIsEmpty(String json) throws IOException {
        assertThat(read(json).stored()).isEmpty();
        assertThat(read(json).failed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "<html>", "{\"00081199\":{\"Value\":[{", "{\"00081199\":"})
    void whatIsNoDicomJsonIsRefused(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(IOException.class);
    }

    @Test
    void aDeepAnswerIsRefusedAndNotFollowed() {
        assertThatThrownBy(() -> read("{\"x\":" + "[".repeat(100_000))).isInstanceOf(IOException.class);
    }

    private static StowAnswer read(String json) throws IOException {
        return StowAnswer.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }
}
