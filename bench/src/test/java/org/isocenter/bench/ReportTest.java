package org.isocenter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class ReportTest {

    private final Subject server = new Running(URI.create("http://127.0.0.1:1/dicom-web"));

    @Test
    void figuresAreTheMediansOverTheRounds() {
        Row row = new Row("work");
        row.add(server, measurement(10, 0));
        row.add(server, measurement(1000, 0));
        row.add(server, measurement(30, 0));
        assertThat(row.findFigures(Subject.Side.ISOCENTER)).isNotNull().satisfies(figures -> {
            assertThat(figures.perSecond()).isEqualTo(30);
            assertThat(figures.items()).isEqualTo(3000);
        });
        assertThat(row.findFigures(Subject.Side.ORTHANC)).isNull();
    }

    @Test
    void aRowSaysWhichTargetsItMissed() {
        Row row = new Row("work", Target.perSecond(100), Target.perSecond(1000));
        row.add(server, measurement(500, 0));
        assertThat(markdown(row)).contains("| **no**: ≥ 1,000/s ").doesNotContain("≥ 100/s; ≥ 1,000/s |  |");
    }

    @Test
    void aTargetThatNeedsAPeerStaysOpenWithoutOne() {
        Row row = new Row("work", Target.timesPeer(2), Target.perSecond(100));
        row.add(server, measurement(500, 0));
        assertThat(markdown(row)).contains("| yes, 1 open ");
    }

    @Test
    void failuresAreMarkedAndNamed() {
        Row row = new Row("work", Target.perSecond(100));
        row.add(server, measurement(500, 3));
        assertThat(markdown(row)).contains("500 †").contains("work, 127.0.0.1:1: 3 failed, first: broken");
    }

    @Test
    void numbersHaveAboutThreeDigits() {
        assertThat(Table.number(12_345.6)).isEqualTo("12,346");
        assertThat(Table.number(12.345)).isEqualTo("12.3");
        assertThat(Table.number(1.2345)).isEqualTo("1.23");
        assertThat(Table.number(0.012345)).isEqualTo("0.012");
        assertThat(Table.number(Double.NaN)).isEqualTo("–");
    }

    private static String markdown(Row row) {
        Report report = new Report();
        report.add(row);
        return report.toMarkdown("");
    }

    private static Measurement measurement(double rate, long failures) {
        return new Measurement(rate, rate * 1e6, 1, 2, 3, 0.5, 1000, failures, failures == 0 ? "" : "broken");
    }
}
