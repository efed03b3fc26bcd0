package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.ExportOrder.Identifier;
import org.isocenter.server.cohort.Snapshot;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.Match;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.State;
import org.jspecify.annotations.Nullable;

/// Goes through what an export is of, in an order in which nothing is met twice, and nothing that was there
/// at the beginning and still is there is passed over, whatever is stored meanwhile.
sealed interface ExportSource {
    int PAGE = 200;

    /// A study, a series or an instance to export.
    ///
    /// @param position behind which the next ones are looked for
    record Unit(String position, Identifier identifier) {}

    /// Who sees what is exported and nothing else.
    Caller caller();

    /// How many instances there are, and things that are not there.
    long count();

    /// The next units.
    ///
    /// @param after the position of the one before, or empty
    List<Unit> units(String after, int limit);

    /// What ought to be in a unit and is not there.
    default List<Identifier> missing(Identifier unit) {
        return List.of();
    }

    /// What somebody has named. Positions are numbers from 1.
    record OfNames(Caller caller, Retrieve retrieve, List<Identifier> named, List<Identifier> outermost)
            implements ExportSource {
        @Override
        public long count() {
            long count = 0;
            for (Identifier one : outermost) {
                int instances = one.instance() != null
                        ? 1
                        : series(retrieve, caller, one).stream()
                                .mapToInt(State::instances)
                                .sum();
                count += Math.max(1, instances);
            }
            return count;
        }

        @Override
        public List<Unit> units(String after, int limit) {
            int from = after.isEmpty() ? 0 : Integer.parseInt(after);
            List<Unit> units = new ArrayList<>();
            for (int i = from; i < Math.min(outermost.size(), from + limit); i++) {
                units.add(new Unit(Integer.toString(i + 1), outermost.get(i)));
            }
            return units;
        }

        @Override
        public List<Identifier> missing(Identifier unit) {
            return named.stream()
                    .filter(one -> unit.holds(one) && !isThere(one))
                    .toList();
        }

        private boolean isThere(Identifier one) {
            if (one.series() == null) {
                return retrieve.findStudy(caller, one.study()) != null;
            }
            return one.instance() == null
                    ? retrieve.findSeries(caller, one.study(), one.series()) != null
                    : retrieve.findInstance(caller, one.study(), one.series(), one.instance()) != null;
        }
    }

    /// What a search finds, newest first. Positions are keys of rows.
    record OfSearch(Caller caller, Find find, Search search) implements ExportSource {
        /// Keys of a level are keys of what lies below: asked for instances, the same conditions find all of
        /// them.
        @Override
        public long count() {
            return find.count(caller, with(Level.INSTANCE, 0, 1));
        }

        @Override
        public List<Unit> units(String after, int limit) {
            long before = after.isEmpty() ? 0 : Long.parseLong(after);
            return find.page(caller, with(search.level(), before, limit)).matches().stream()
                    .map(OfSearch::unit)
                    .toList();
        }

        private Search with(Level level, long before, int limit) {
            return new Search(
                    level,
                    search.terms(),
                    search.tagTerms(),
                    null,
                    new Search.Fields(false, Set.of()),
                    limit,
                    0,
                    before);
        }

        private static Unit unit(Match match) {
            return new Unit(
                    Long.toString(match.key()),
                    new Identifier(match.studyUid(), match.seriesUid(), match.instanceUid()));
        }
    }

    /// What a snapshot of a cohort has frozen. Positions are those of its studies, by their UIDs.
    record OfSnapshot(Caller caller, Cohorts cohorts, Retrieve retrieve, Snapshot snapshot) implements ExportSource {
        @Override
        public long count() {
            long count = 0;
            String last = "";
            List<Unit> page = units(last, PAGE);
            while (!page.isEmpty()) {
                for (Unit unit : page) {
                    count +=
                            Math.max(1, cohorts.frozen(caller, unit.identifier().study(), null, null));
                }
                page = units(page.getLast().position(), PAGE);
            }
            return count;
        }

        /// A study stands there once for each of its patients.
        @Override
        public List<Unit> units(String after, int limit) {
            List<Unit> units = new ArrayList<>();
            Snapshot.Study last = after.isEmpty() ? null : new Snapshot.Study(after, "\uFFFF", 0, 0, null);
            for (Snapshot.Study study : cohorts.studies(caller, snapshot, last, limit)) {
                if (units.isEmpty() || !units.getLast().position().equals(study.uid())) {
                    units.add(new Unit(study.uid(), new Identifier(study.uid(), null, null)));
                }
            }
            return units;
        }

        @Override
        public List<Identifier> missing(Identifier unit) {
            int there = retrieve.series(caller, unit.study()).stream()
                    .mapToInt(State::instances)
                    .sum();
            List<Identifier> missing = new ArrayList<>();
            int frozen = cohorts.frozen(caller, unit.study(), null, null);
            if (frozen == 0) {
                return List.of(unit);
            }
            if (there == frozen) {
                return missing;
            }
            Snapshot.Instance last = new Snapshot.Instance(unit.study(), "", "", 0, new byte[0]);
            List<Snapshot.Instance> page = cohorts.instances(caller, snapshot, last, PAGE);
            while (!page.isEmpty()) {
                for (Snapshot.Instance one : page) {
                    if (!one.studyUid().equals(unit.study())) {
                        return missing;
                    }
                    if (retrieve.findInstance(caller, one.studyUid(), one.seriesUid(), one.instanceUid()) == null) {
                        missing.add(new Identifier(one.studyUid(), one.seriesUid(), one.instanceUid()));
                    }
                }
                page = cohorts.instances(caller, snapshot, page.getLast(), PAGE);
            }
            return missing;
        }
    }

    /// The series of a unit that is no instance, oldest first; none where it is not there.
    static List<State> series(Retrieve retrieve, Caller caller, Identifier unit) {
        if (unit.series() == null) {
            return retrieve.series(caller, unit.study()).stream()
                    .sorted(java.util.Comparator.comparingLong(State::key))
                    .toList();
        }
        @Nullable State series = retrieve.findSeries(caller, unit.study(), unit.series());
        return series == null ? List.of() : List.of(Objects.requireNonNull(series));
    }
}
