package org.isocenter.server.research;

import java.time.LocalDate;
import java.time.Period;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.TagTerm;
import org.isocenter.server.index.Term;
import org.isocenter.server.research.Days.Range;
import org.jspecify.annotations.Nullable;

/// Something that can be true of a patient. All that one criterion says has to hold for the same
/// resource, or the same study or series: a code and a date beside each other are the date of that
/// diagnosis, not of any other.
sealed interface Criterion {

    /// What has to lie near it in time, or null.
    @Nullable
    Near near();

    /// Who the patient is.
    ///
    /// @param sexes of which one has to be the patient's; empty for any
    record Patient(Ages ages, Set<String> sexes) implements Criterion {
        @Override
        public @Nullable Near near() {
            return null;
        }
    }

    /// What a FHIR resource says of the patient.
    ///
    /// @param codes of which one has to be there; empty for any
    /// @param value of an observation
    record Clinical(
            Kind kind,
            List<Code> codes,
            Dates dates,
            @Nullable Value value,
            @Nullable Near near) implements Criterion {}

    /// What the archive knows of a study.
    ///
    /// @param keys QIDO keys and values as they were given
    /// @param terms the same for the index
    /// @param tagTerms those of attributes that were added to what is searched by
    record Imaging(
            Level level,
            Map<String, String> keys,
            List<Term> terms,
            List<TagTerm> tagTerms,
            @Nullable Near near) implements Criterion {}

    enum Kind {
        CONDITION,
        MEDICATION,
        OBSERVATION
    }

    /// A code of a system.
    record Code(String system, String code) {
        @Override
        public String toString() {
            return system + "|" + code;
        }
    }

    /// Ages in years on the day of evaluation. Over 45 is who had the 45th birthday before that day.
    record Ages(
            @Nullable Integer over,
            @Nullable Integer atLeast,
            @Nullable Integer under) {

        /// The days of birth that fit.
        Range births(LocalDate asOf) {
            LocalDate first = under == null ? null : asOf.minusYears(under).plusDays(1);
            LocalDate last = null;
            if (over != null) {
                last = asOf.minusYears(over).minusDays(1);
            }
            if (atLeast != null && (last == null || asOf.minusYears(atLeast).isBefore(last))) {
                last = asOf.minusYears(atLeast);
            }
            return new Range(first, last);
        }
    }

    /// When it was.
    ///
    /// @param recent how long before the day of evaluation at most
    record Dates(
            @Nullable Period recent,
            @Nullable LocalDate from,
            @Nullable LocalDate until) {
        static final Dates ANY = new Dates(null, null, null);

        Range range(LocalDate asOf) {
            return recent == null ? new Range(from, until) : new Range(asOf.minus(recent), asOf);
        }
    }

    /// The value of an observation: a number in a unit, or one of several codes.
    record Value(
            @Nullable Double over,
            @Nullable Double atLeast,
            @Nullable Double under,
            @Nullable Double atMost,
            @Nullable String unit,
            List<Code> codes) {

        boolean fits(double number) {
            return (over == null || number > over)
                    && (atLeast == null || number >= atLeast)
                    && (under == null || number < under)
                    && (atMost == null || number <= atMost);
        }
    }

    /// Nearness in time to what another criterion has found of the same patient.
    record Near(String criterion, int daysBefore, int daysAfter) {}
}
