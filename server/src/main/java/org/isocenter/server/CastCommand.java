package org.isocenter.server;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.isocenter.server.cast.Cast;
import org.isocenter.server.cast.DicomwebSource;
import org.isocenter.server.fhir.FhirClient;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `isocenter cast`: the cast as a process of its own, from any number of archives to one FHIR server.
@Command(
        name = "cast",
        description = {
            "Keeps a FHIR server up to date about every study of one archive or of several. It follows the change feed of",
            "each, and notes in a folder how far it has got: stopped or killed at any moment, it goes on from there.",
            "",
            "`cast failures` lists the studies that were given up.",
            "",
            "A server casts by itself where cast.fhir.url is set; this is for archives elsewhere."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:with --once: everything is cast, and no study was given up",
            "1:studies were given up; it cannot start; an archive or the FHIR server was away for too long",
            "2:wrong usage",
            "130:stopped by Ctrl-C",
            "143:stopped by SIGTERM"
        },
        footer = {
            "%nEvery setting of cast.* is an option: ./isocenter settings lists them all.",
            "%nExamples:",
            "  ./isocenter cast --dicom http://pacs:8080/dicom-web --fhir https://fhir.example.org/r4"
                    + " --cast-patient-system urn:oid:1.2.3",
            "  ./isocenter cast --once --state /var/lib/cast --dicom … --dicom … --fhir …",
            "  ./isocenter cast failures --state /var/lib/cast --retry"
        })
final class CastCommand implements Callable<Integer>, TakesSettings {
    private static final Logger LOG = LoggerFactory.getLogger(CastCommand.class);

    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    private static final String FAILURES = "failures";
    private static final Duration ARCHIVE_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);
    private static final Duration STATUS_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

    private final Terminal terminal;
    private final SettingFlags flags;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    @Parameters(arity = "0..1", paramLabel = FAILURES, description = "Lists what was given up instead of casting.")
    private @Nullable String action;

    @Option(
            names = "--dicom",
            paramLabel = "URL",
            description = "DICOMweb root of an archive, as its clients know it. May be given several times.")
    private List<URI> archives = List.of();

    @Option(
            names = "--state",
            paramLabel = "FOLDER",
            description = "Where it notes how far it has got. Default: cast in the folder of data.dir.")
    private @Nullable Path state;

    @Option(names = "--once", description = "Ends when everything is cast that was there when it began.")
    private boolean once;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "With --once: how long an archive or the FHIR server may be away. Default: ${DEFAULT-VALUE}")
    private int patience;

    @Option(names = "--retry", description = "With failures: has them tried again, by what casts or will cast next.")
    private boolean retry;

    CastCommand(Terminal terminal) {
        this.terminal = terminal;
        this.flags = new SettingFlags(
                terminal,
                List.of(
                        SettingCatalogue.CAST_FHIR_URL,
                        SettingCatalogue.CAST_PATIENT_SYSTEM,
                        SettingCatalogue.CAST_ACCESSION_SYSTEM,
                        SettingCatalogue.CAST_QUIET,
                        SettingCatalogue.LOG_LEVEL),
                Map.of(SettingCatalogue.CAST_FHIR_URL, "--fhir"));
    }

    @Override
    public SettingFlags flags() {
        return flags;
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = Settings.of(flags.read());
        String misuse = findMisuse(settings);
        if (misuse != null) {
            terminal.err().println(misuse);
            return MISUSED;
        }
        LogFormat.install(settings.log());
        Path folder =
                terminal.folder().resolve(state == null ? settings.data().dir().resolve("cast") : state);
        return action == null ? cast(settings, folder) : failures(folder);
    }

    private @Nullable String findMisuse(Settings settings) {
        if (action != null) {
            return action.equals(FAILURES) ? null : action + " is none of what cast can do; `failures` is";
        }
        if (retry) {
            return "--retry goes with `cast failures`";
        }
        if (settings.cast().fhirUrl() == null) {
            return "--fhir says which FHIR server it is, such as https://fhir.example.org/r4";
        }
        if (archives.isEmpty()) {
            return "--dicom says which archive it is, such as http://127.0.0.1:8080/dicom-web";
        }
        for (URI archive : archives) {
            if (!("http".equals(archive.getScheme()) || "https".equals(archive.getScheme()))
                    || archive.getHost() == null
                    || archive.getRawQuery() != null) {
                return "--dicom must be an address such as http://127.0.0.1:8080/dicom-web";
            }
        }
        return roots().size() < archives.size() ? "an archive is given twice" : null;
    }

    private List<URI> roots() {
        return archives.stream()
                .map(archive -> URI.create(archive.toString().replaceAll("/+$", "")))
                .distinct()
                .toList();
    }

    private int failures(Path folder) throws IOException {
        int count = 0;
        for (FileLedger.State archive : FileLedger.all(folder)) {
            for (FileLedger.Failure failure : archive.failures()) {
                count++;
                terminal.out()
                        .printf(
                                Locale.ROOT,
                                "%s/studies/%s%n  %s, %d attempts: %s%n",
                                archive.archive(),
                                failure.studyUid(),
                                failure.lastFailed(),
                                failure.attempts(),
                                printable(failure.reason()));
            }
        }
        terminal.out().printf("%d studies were given up%n", count);
        if (retry) {
            terminal.out().printf("%d will be tried again%n", FileLedger.retryAll(folder));
        }
        terminal.out().flush();
        return count == 0 || retry ? 0 : FAILED;
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private int cast(Settings settings, Path folder) throws Exception {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::stop));
        try (FhirClient fhir = Objects.requireNonNull(settings.cast().findClient())) {
            List<Link> links = new ArrayList<>();
            try {
                for (URI root : roots()) {
                    links.add(Link.open(root, folder, fhir, settings.cast()));
                }
                links.forEach(link -> link.start(fhir, settings.cast()));
                terminal.err()
                        .printf(
                                "casting %s to %s, noting in %s%n",
                                roots().stream().map(URI::toString).collect(Collectors.joining(", ")),
                                fhir.base(),
                                folder);
                terminal.err().flush();
                return watch(links);
            } finally {
                links.forEach(Link::close);
            }
        } finally {
            stopped.countDown();
        }
    }

    /// Lets the casts end before the process does.
    private void stop() {
        stopping.countDown();
        try {
            stopped.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Tells how it goes until it is told to stop, or with `--once` until there is nothing more to do.
    private int watch(List<Link> links) throws InterruptedException {
        Duration interval = terminal.interactive() ? STATUS_INTERVAL : LOG_INTERVAL;
        long tellAt = System.nanoTime();
        long wellAt = System.nanoTime();
        while (!stopping.await(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
            links.forEach(Link::look);
            long now = System.nanoTime();
            if (links.stream().allMatch(link -> link.state().problem() == null)) {
                wellAt = now;
            }
            if (once && links.stream().allMatch(Link::isDone)) {
                return conclude(links);
            }
            if (once && now - wellAt > TimeUnit.SECONDS.toNanos(patience)) {
                links.forEach(link -> terminal.err().println(link.describe()));
                return FAILED;
            }
            if (now - tellAt >= 0) {
                tell(links);
                tellAt = now + interval.toNanos();
            }
        }
        return 0;
    }

    private void tell(List<Link> links) {
        if (terminal.interactive()) {
            terminal.err().print(links.stream().map(Link::describe).collect(Collectors.joining(" | ", "\r\033[K", "")));
            terminal.err().flush();
        } else {
            links.forEach(link -> LOG.info("{}", link.describe()));
        }
    }

    private int conclude(List<Link> links) {
        if (terminal.interactive()) {
            terminal.err().println();
        }
        int givenUp = 0;
        for (Link link : links) {
            terminal.out().println(link.describe());
            givenUp += link.state().failures().size();
        }
        terminal.out().flush();
        return givenUp == 0 ? 0 : FAILED;
    }

    /// One archive on its way to the FHIR server.
    private static final class Link implements AutoCloseable {
        private static final long LATEST_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(5);

        private final URI root;
        private final FileLedger ledger;
        private final DicomwebSource source;
        private @Nullable Cast cast;
        private long latest = -1;
        private long first = -1;
        private long lookAt = System.nanoTime();

        private Link(URI root, FileLedger ledger, DicomwebSource source) {
            this.root = root;
            this.ledger = ledger;
            this.source = source;
        }

        static Link open(URI root, Path folder, FhirClient fhir, CastSettings settings) throws IOException {
            DicomwebSource source = settings.dicomAccess().archive(root, ARCHIVE_TIMEOUT);
            try {
                return new Link(root, FileLedger.open(folder, root, fhir.base(), Clock.systemUTC()), source);
            } catch (IOException | RuntimeException failed) {
                source.close();
                throw failed;
            }
        }

        void start(FhirClient fhir, CastSettings settings) {
            cast = Cast.start(source, ledger, fhir, settings.options(root));
        }

        /// Asks now and then how long the feed is.
        void look() {
            long now = System.nanoTime();
            if (now - lookAt < 0) {
                return;
            }
            lookAt = now + LATEST_INTERVAL_NANOS;
            try {
                latest = source.latest();
                first = first < 0 ? latest : first;
            } catch (UnavailableException away) {
                // The cast meets it as well, and says so.
                LOG.debug("{}", away.getMessage());
            }
        }

        FileLedger.State state() {
            return ledger.state();
        }

        /// Whether all is cast that was there at the first look.
        boolean isDone() {
            return first >= 0 && state().position() >= first && ledger.isWithoutRequests();
        }

        String describe() {
            FileLedger.State state = state();
            String problem = state.problem();
            return String.format(
                    Locale.ROOT,
                    "%s: at %d of %s, %d studies cast, %.1f/s, %d given up%s",
                    root,
                    state.position(),
                    latest < 0 ? "?" : Long.toString(Math.max(latest, state.position())),
                    state.studies(),
                    state.rate(),
                    state.failures().size(),
                    problem == null ? "" : ", waiting: " + printable(problem));
        }

        @Override
        public void close() {
            if (cast != null) {
                cast.close();
            }
            source.close();
            ledger.close();
        }
    }
}
