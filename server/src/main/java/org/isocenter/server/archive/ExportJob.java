package org.isocenter.server.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.ExportOrder.Identifier;
import org.isocenter.server.archive.ExportSource.Unit;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.CorruptBlobException;
import org.isocenter.server.blob.MissingBlobException;
import org.isocenter.server.cohort.Snapshot;
import org.isocenter.server.db.Database;
import org.isocenter.server.export.Content;
import org.isocenter.server.export.Destinations;
import org.isocenter.server.export.ObjectSink;
import org.isocenter.server.export.Sink;
import org.isocenter.server.export.StowSink;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.State;
import org.isocenter.server.job.Job;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.OperationRows;
import org.isocenter.server.job.Step;
import org.isocenter.server.objects.RefusedException;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Copies instances to a destination, some at each step:
/// `{operation}/results/{study}/{series}/{instance}.dcm`, and at the end `{operation}/errors.log` with a
/// line for each thing that could not be exported.
///
/// A step that is repeated puts the same files in the same places. What cannot be exported for reasons of
/// its own is noted and skipped; where the destination refuses, all has failed; where it does not answer,
/// the step is tried again later.
public final class ExportJob implements Job {
    public static final String KIND = "export";

    /// A step has no more instances than these, and ends with the one by which it has so many bytes.
    private static final int STEP_INSTANCES = 100;
    private static final long STEP_BYTES = 64L << 20;

    private static final int PARALLEL = 4;
    private static final int ERRORS_PAGE = 1_000;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Database database;
    private final Retrieve retrieve;
    private final Find find;
    private final Cohorts cohorts;
    private final Destinations destinations;
    private final Clock clock;

    public ExportJob(Database database, BlobStore blobs, Destinations destinations, Clock clock) {
        this.database = database;
        this.retrieve = new Retrieve(database, blobs);
        this.find = new Find(database);
        this.cohorts = new Cohorts(database);
        this.destinations = destinations;
        this.clock = clock;
    }

    /// How far it is.
    ///
    /// @param series the key of the series within the unit under way, and
    /// @param instance the key of the instance of it that came last; 0 at the beginning of a unit
    /// @param after the position of the last unit that is done, or empty
    private record Progress(long total, long exported, long skipped, long series, long instance, String after) {
        static Progress parse(String text) {
            String[] parts = text.split(",", 6);
            return new Progress(
                    Long.parseLong(parts[0]),
                    Long.parseLong(parts[1]),
                    Long.parseLong(parts[2]),
                    Long.parseLong(parts[3]),
                    Long.parseLong(parts[4]),
                    parts[5]);
        }

        String text() {
            return total + "," + exported + "," + skipped + "," + series + "," + instance + "," + after;
        }

        long done() {
            return exported + skipped;
        }

        Progress behind(Unit unit) {
            return new Progress(total, exported, skipped, 0, 0, unit.position());
        }

        Progress within(long series, long instance) {
            return new Progress(total, exported, skipped, series, instance, after);
        }

        Progress counting(long exported, long skipped) {
            return new Progress(total, this.exported + exported, this.skipped + skipped, series, instance, after);
        }

        boolean beginsUnit() {
            return series == 0;
        }
    }

    @Override
    public Step next(Operation operation) {
        ExportOrder order = ExportOrder.read(operation.input());
        Sink sink = destinations.findSink(order.destination());
        if (sink == null) {
            return new Step.Failed("the destination " + order.destination() + " is not configured any more");
        }
        ExportSource source = findSource(new Caller(operation.partition()), order.source());
        if (source == null) {
            return new Step.Failed("the snapshot of the cohort is not there any more");
        }
        try {
            return new Run(operation, order, source, sink).next();
        } catch (RefusedException refused) {
            return new Step.Failed(String.valueOf(refused.getMessage()));
        }
    }

    private @Nullable ExportSource findSource(Caller caller, ExportOrder.Source source) {
        return switch (source) {
            case ExportOrder.Source.Named named ->
                new ExportSource.OfNames(caller, retrieve, named.identifiers(), named.outermost());
            case ExportOrder.Source.Found found -> new ExportSource.OfSearch(caller, find, found.search());
            case ExportOrder.Source.Frozen frozen -> {
                Snapshot snapshot = cohorts.findSnapshot(caller, frozen.cohort(), frozen.snapshot());
                yield snapshot == null
                        ? null
                        : new ExportSource.OfSnapshot(caller.within(snapshot.key()), cohorts, retrieve, snapshot);
            }
        };
    }

    /// What could not be exported, and why.
    private record Fault(Identifier identifier, String error) {}

    /// A step of an operation.
    private final class Run {
        private final Operation operation;
        private final ExportOrder order;
        private final ExportSource source;
        private final Sink sink;
        private final String folder;
        private final List<Fault> faults = new ArrayList<>();

        Run(Operation operation, ExportOrder order, ExportSource source, Sink sink) {
            this.operation = operation;
            this.order = order;
            this.source = source;
            this.sink = sink;
            this.folder = operation.id().toString().replace("-", "");
        }

        Step next() {
            String checkpoint = operation.checkpoint();
            if (checkpoint == null) {
                return begin();
            }
            Progress progress = Progress.parse(checkpoint);
            return order.format() == ExportOrder.Format.ZIP ? zip(progress) : files(progress);
        }

        /// An empty log of errors shows early whether the destination can be written to.
        private Step begin() {
            if (sink instanceof ObjectSink objects) {
                writeLog(objects);
            }
            long total = source.count();
            return new Step.More(new Progress(total, 0, 0, 0, 0, "").text(), 0, total);
        }

        private Step files(Progress progress) {
            List<Located> page = new ArrayList<>();
            Progress next = gather(progress, page);
            if (page.isEmpty() && faults.isEmpty() && next.equals(progress)) {
                return finish(progress);
            }
            List<@Nullable String> errors = inParallel(page);
            for (int i = 0; i < page.size(); i++) {
                String error = errors.get(i);
                if (error != null) {
                    faults.add(new Fault(identifier(page.get(i)), error));
                }
            }
            settle();
            return more(next.counting(page.size() - failed(errors), faults.size()));
        }

        private static long failed(List<@Nullable String> errors) {
            return errors.stream().filter(error -> error != null).count();
        }

        /// Takes the next instances.
        ///
        /// @return how far it is when they are exported, but for the counts
        private Progress gather(Progress begin, List<Located> page) {
            Progress progress = begin;
            long bytes = 0;
            for (Unit unit : source.units(begin.after(), STEP_INSTANCES)) {
                if (page.size() + faults.size() >= STEP_INSTANCES || bytes >= STEP_BYTES) {
                    return progress;
                }
                List<State> series = seriesFrom(unit, progress);
                Iterator<Located> instances = instances(unit, series, progress);
                noteMissing(unit, progress);
                while (instances.hasNext()) {
                    if (page.size() >= STEP_INSTANCES || bytes >= STEP_BYTES) {
                        return progress;
                    }
                    Located located = instances.next();
                    page.add(located);
                    bytes += located.bytes().lengthBytes();
                    progress = progress.within(keyOf(series, located), located.key());
                }
                progress = progress.behind(unit);
            }
            return progress;
        }

        private void noteMissing(Unit unit, Progress progress) {
            if (!progress.beginsUnit()) {
                return;
            }
            for (Identifier one : source.missing(unit.identifier())) {
                faults.add(new Fault(one, "it is not in the archive"));
            }
        }

        /// The series of a unit that are not done, the one under way first.
        private List<State> seriesFrom(Unit unit, Progress progress) {
            return unit.identifier().instance() != null
                    ? List.of()
                    : ExportSource.series(retrieve, source.caller(), unit.identifier()).stream()
                            .filter(series -> series.key() >= progress.series())
                            .toList();
        }

        private Iterator<Located> instances(Unit unit, List<State> series, Progress progress) {
            Identifier identifier = unit.identifier();
            if (identifier.series() != null && identifier.instance() != null) {
                Located found = retrieve.findInstance(
                        source.caller(), identifier.study(), identifier.series(), identifier.instance());
                return found == null
                        ? List.<Located>of().iterator()
                        : List.of(found).iterator();
            }
            boolean within = !series.isEmpty() && series.getFirst().key() == progress.series();
            return retrieve.instances(source.caller(), series, within ? progress.instance() : 0, needsHeads());
        }

        private boolean needsHeads() {
            return order.syntax() != null || order.format() == ExportOrder.Format.ZIP;
        }

        private static long keyOf(List<State> series, Located located) {
            return series.stream()
                    .filter(one -> one.uid().equals(located.identity().seriesUid()))
                    .mapToLong(State::key)
                    .findFirst()
                    .orElse(1);
        }

        /// Exports instances, some at a time.
        ///
        /// @return for each why it could not be exported, or null
        private List<@Nullable String> inParallel(List<Located> page) {
            List<@Nullable String> errors = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(
                    PARALLEL, Thread.ofVirtual().name("export-", 0).factory())) {
                List<Callable<@Nullable String>> tasks = new ArrayList<>();
                page.forEach(located -> tasks.add(() -> findError(located)));
                for (Future<@Nullable String> task : threads.invokeAll(tasks)) {
                    errors.add(task.get());
                }
                return errors;
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RuntimeException runtime) {
                    throw runtime;
                }
                throw new IllegalStateException(failed);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new UnavailableException("the export was interrupted", interrupted);
            }
        }

        /// Exports an instance.
        ///
        /// @return why it could not be, or null
        private @Nullable String findError(Located located) {
            try {
                Delivery delivery = Delivery.of(retrieve, located, order.syntax());
                switch (sink) {
                    case ObjectSink objects ->
                        objects.put(folder + "/results/" + identifier(located).text() + ".dcm", delivery::writeTo);
                    case StowSink stow -> {
                        return stow.store(resource(located), delivery::writeTo);
                    }
                }
                return null;
            } catch (IOException | MissingBlobException | CorruptBlobException broken) {
                return reason(broken);
            }
        }

        private static String reason(Exception broken) {
            return switch (broken) {
                case MissingBlobException gone -> "it was deleted meanwhile";
                case CorruptBlobException corrupt -> "its bytes are not those that were stored";
                default -> "it cannot be converted";
            };
        }

        /// A unit as a ZIP. One step, however large it is: half a ZIP is worth nothing.
        private Step zip(Progress progress) {
            List<Unit> units = source.units(progress.after(), 1);
            if (units.isEmpty()) {
                return finish(progress);
            }
            Unit unit = units.getFirst();
            List<State> series = seriesFrom(unit, progress);
            noteMissing(unit, progress);
            int instances = series.stream().mapToInt(State::instances).sum();
            long exported = 0;
            if (instances > FileSet.INSTANCES_MAX) {
                faults.add(new Fault(
                        unit.identifier(), "it has more than " + FileSet.INSTANCES_MAX + " instances for a ZIP"));
            } else if (instances(unit, series, progress).hasNext()) {
                exported = putZip(unit, series, progress);
            }
            settle();
            return more(progress.behind(unit).counting(exported, faults.size()));
        }

        /// @return how many instances are in it
        private long putZip(Unit unit, List<State> series, Progress progress) {
            Set<Long> left = new HashSet<>();
            while (true) {
                ZipContent zip = new ZipContent(order, () -> instances(unit, series, progress), left);
                try {
                    ((ObjectSink) sink)
                            .put(folder + "/results/" + unit.identifier().text() + ".zip", zip);
                    return zip.count;
                } catch (IOException | MissingBlobException | CorruptBlobException broken) {
                    // Once more without the one by which it came to nothing.
                    Located culprit = zip.underWay;
                    if (culprit == null || !left.add(culprit.key())) {
                        throw new UnavailableException("a ZIP cannot be made", broken);
                    }
                    faults.add(new Fault(identifier(culprit), reason(broken)));
                }
            }
        }

        private Step more(Progress next) {
            List<String> errors = faults.stream().map(this::line).toList();
            return new Step.More(
                    next.text(), next.done(), Math.max(next.total(), next.done()), errors, Step.Effect.NONE);
        }

        private String line(Fault fault) {
            return MAPPER.createObjectNode()
                    .put("timestamp", clock.instant().toString())
                    .put("identifier", fault.identifier().text())
                    .put("error", fault.error())
                    .toString();
        }

        private Step finish(Progress progress) {
            ObjectNode result = MAPPER.createObjectNode()
                    .put("exported", progress.exported())
                    .put("skipped", progress.skipped());
            if (sink instanceof ObjectSink objects) {
                result.put("errorHref", objects.address(log()));
                writeLog(objects);
                objects.tidy(folder);
                objects.settle();
            }
            return new Step.Succeeded(result.toString(), Step.Effect.NONE);
        }

        private String log() {
            return folder + "/errors.log";
        }

        /// All errors that have been noted.
        private void writeLog(ObjectSink objects) {
            try {
                objects.put(log(), out -> {
                    long number = 0;
                    List<String> page = errorsAfter(0);
                    while (!page.isEmpty()) {
                        for (String line : page) {
                            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                        }
                        number += page.size();
                        page = errorsAfter(number);
                    }
                });
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        private List<String> errorsAfter(long number) {
            return database.query(session -> new OperationRows(session).errors(operation.key(), number, ERRORS_PAGE));
        }

        private void settle() {
            if (sink instanceof ObjectSink objects) {
                objects.settle();
            }
        }
    }

    /// Instances in a ZIP, but for some.
    private final class ZipContent implements Content {
        private final ExportOrder order;
        private final Supplier<Iterator<Located>> instances;
        private final Set<Long> left;
        private @Nullable Located underWay;
        private long count;

        ZipContent(ExportOrder order, Supplier<Iterator<Located>> instances, Set<Long> left) {
            this.order = order;
            this.instances = instances;
            this.left = left;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            count = 0;
            FileSet files = new FileSet(bytes -> FileSet.copy(bytes, out));
            Iterator<Located> all = instances.get();
            while (all.hasNext()) {
                Located located = all.next();
                if (!left.contains(located.key())) {
                    underWay = located;
                    Delivery delivery = Delivery.of(retrieve, located, order.syntax());
                    files.add(located, retrieve.head(located), delivery.syntax(), delivery::writeTo);
                    count++;
                }
            }
            underWay = null;
            files.finish();
        }
    }

    /// The path of an instance below that of all studies.
    private static String resource(Located located) {
        return "%s/series/%s/instances/%s"
                .formatted(
                        located.identity().studyUid(),
                        located.identity().seriesUid(),
                        located.identity().instanceUid());
    }

    private static Identifier identifier(Located located) {
        return new Identifier(
                located.identity().studyUid(),
                located.identity().seriesUid(),
                located.identity().instanceUid());
    }
}
