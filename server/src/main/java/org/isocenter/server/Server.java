package org.isocenter.server;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.isocenter.dicom.Limits;
import org.isocenter.server.access.AccessTokens;
import org.isocenter.server.access.Caller;
import org.isocenter.server.api.ApiRoutes;
import org.isocenter.server.api.Gate;
import org.isocenter.server.api.Witness;
import org.isocenter.server.archive.AuditTrail;
import org.isocenter.server.archive.Changes;
import org.isocenter.server.archive.Cohorts;
import org.isocenter.server.archive.Commit;
import org.isocenter.server.archive.Delete;
import org.isocenter.server.archive.DeleteStudies;
import org.isocenter.server.archive.Disposal;
import org.isocenter.server.archive.Erase;
import org.isocenter.server.archive.Events;
import org.isocenter.server.archive.Export;
import org.isocenter.server.archive.ExportJob;
import org.isocenter.server.archive.Find;
import org.isocenter.server.archive.Follow;
import org.isocenter.server.archive.Health;
import org.isocenter.server.archive.History;
import org.isocenter.server.archive.Holds;
import org.isocenter.server.archive.Import;
import org.isocenter.server.archive.ImportJob;
import org.isocenter.server.archive.Ingest;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.Patients;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.archive.Rehearsal;
import org.isocenter.server.archive.Reindex;
import org.isocenter.server.archive.Removal;
import org.isocenter.server.archive.RemovePartition;
import org.isocenter.server.archive.Render;
import org.isocenter.server.archive.Retention;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.archive.Reversal;
import org.isocenter.server.archive.Safekeeping;
import org.isocenter.server.archive.Schedule;
import org.isocenter.server.archive.Settle;
import org.isocenter.server.archive.Sources;
import org.isocenter.server.archive.StudyInput;
import org.isocenter.server.archive.Subscribe;
import org.isocenter.server.archive.Survey;
import org.isocenter.server.archive.Sweep;
import org.isocenter.server.archive.Tidy;
import org.isocenter.server.archive.Update;
import org.isocenter.server.archive.Updates;
import org.isocenter.server.archive.Webhooks;
import org.isocenter.server.archive.Worklist;
import org.isocenter.server.blob.CorruptBlobException;
import org.isocenter.server.blob.MissingBlobException;
import org.isocenter.server.cast.ArchiveLedger;
import org.isocenter.server.cast.ArchiveSource;
import org.isocenter.server.cast.Cast;
import org.isocenter.server.db.CommitUnknownException;
import org.isocenter.server.db.NoPartitionException;
import org.isocenter.server.dicomweb.CommitmentRoutes;
import org.isocenter.server.dicomweb.DicomwebOptions;
import org.isocenter.server.dicomweb.DicomwebRoutes;
import org.isocenter.server.dicomweb.DisposalRoutes;
import org.isocenter.server.dicomweb.ExportRoutes;
import org.isocenter.server.dicomweb.HistoryRoutes;
import org.isocenter.server.dicomweb.HoldRoutes;
import org.isocenter.server.dicomweb.UpdateRoutes;
import org.isocenter.server.dicomweb.WorkitemRoutes;
import org.isocenter.server.export.Destinations;
import org.isocenter.server.fhir.FhirClient;
import org.isocenter.server.fhirweb.FhirRoutes;
import org.isocenter.server.http.HttpDoor;
import org.isocenter.server.http.HttpOptions;
import org.isocenter.server.http.MultipartLimits;
import org.isocenter.server.http.Problem;
import org.isocenter.server.http.Router;
import org.isocenter.server.job.Ending;
import org.isocenter.server.job.Job;
import org.isocenter.server.job.Worker;
import org.isocenter.server.push.AllowedHosts;
import org.isocenter.server.push.Couriers;
import org.isocenter.server.push.Tail;
import org.isocenter.server.research.ResearchRoutes;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;

/// The server: every part in the order in which it starts. Closing goes backwards.
public final class Server implements RunningServer {
    /// A start takes less, but for the first one, which makes the cluster.
    private static final Duration REHEARSAL_MAX = Duration.ofSeconds(1);

    /// The name under which the cast follows the feed.
    private static final String CAST = "fhir";

    /// The name under which the rules of the worklist do.
    private static final String SCHEDULE = "worklist";

    private final Storage storage;
    private final Ingest ingest;
    private final SweepLoop sweeping;
    private final RecodeLoop recoding;
    private final OperationLoop operating;
    private final StableLoop settling;
    private final Couriers couriers;
    private final Tail tail;
    private final AuditTrail trail;
    private final Sources sources;
    private final Destinations destinations;
    private final HttpDoor door;
    private final @Nullable FhirClient fhir;
    private final @Nullable Cast cast;
    private final @Nullable ScheduleLoop scheduling;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    private Server(
            Storage storage,
            Ingest ingest,
            SweepLoop sweeping,
            RecodeLoop recoding,
            OperationLoop operating,
            Sources sources,
            Destinations destinations,
            StableLoop settling,
            Couriers couriers,
            Tail tail,
            AuditTrail trail,
            HttpDoor door,
            @Nullable FhirClient fhir,
            @Nullable Cast cast,
            @Nullable ScheduleLoop scheduling) {
        this.storage = storage;
        this.ingest = ingest;
        this.sweeping = sweeping;
        this.recoding = recoding;
        this.operating = operating;
        this.settling = settling;
        this.couriers = couriers;
        this.tail = tail;
        this.trail = trail;
        this.sources = sources;
        this.destinations = destinations;
        this.door = door;
        this.fhir = fhir;
        this.cast = cast;
        this.scheduling = scheduling;
    }

    public static Server start(Settings settings) throws IOException {
        try (var _ = Rehearsal.begin(REHEARSAL_MAX)) {
            return start(settings, Storage.open(settings));
        }
    }

    private static Server start(Settings settings, Storage storage) throws IOException {
        Retention retention = Storage.retention(settings);
        Ingest ingest = new Ingest(storage.database(), storage.blobs());
        Sweep sweep = new Sweep(storage.database(), storage.blobs(), retention);

        FhirClient fhir = settings.cast().findClient();
        Semaphore news = new Semaphore(0);
        Operations operations = new Operations(storage.database(), news);
        Tidy tidy =
                new Tidy(storage.database(), operations, settings.retention().rules());
        AuditTrail trail = new AuditTrail(storage.database());
        SweepLoop sweeping =
                SweepLoop.start(sweep, tidy, trail, settings.audit().kept(), settings.retention());
        QueryTags tags =
                new QueryTags(storage.database(), news, settings.search().queryTagsMax());
        CompletableFuture<String> root = new CompletableFuture<>();
        Tail tail = Tail.follow(storage.database(), root::join);
        Partitions partitions = new Partitions(storage.database());
        Router router = router(settings, storage, ingest, partitions, operations, tags, tail, trail, fhir);
        AccessTokens tokens = settings.access().findTokens();
        router.guardedBy(new Witness(
                isRecorded(settings) ? trail : null,
                tokens == null ? null : new Gate(tokens, operations),
                router.entries()));
        HttpDoor door = HttpDoor.open(httpOptions(settings.http()), router);
        root.complete(root(settings, door.uri()));
        RecodeLoop recoding =
                RecodeLoop.start(storage, retention, settings.store().recode());
        Sources sources = settings.imports().open();
        Destinations destinations = settings.export().open();
        OperationLoop operating = OperationLoop.start(
                new Worker(
                        storage.database(),
                        jobs(settings, storage, ingest, partitions, sources, destinations),
                        settings.operations().restPercent(),
                        isRecorded(settings) ? AuditTrail::ended : Ending.UNTOLD),
                operations,
                news,
                settings.operations());
        StableLoop settling =
                StableLoop.start(new Settle(storage.database(), settings.push().stableAfter()));
        Couriers couriers = Couriers.start(
                storage.database(),
                tail,
                allowedHosts(settings),
                settings.push().timeout(),
                settings.push().retryFor(),
                settings.push().findTls());
        Cast cast = fhir == null ? null : cast(settings, storage, fhir, door.uri());
        ScheduleLoop scheduling =
                settings.worklist().rules().isEmpty() ? null : scheduling(settings, storage, door.uri());
        return new Server(
                storage,
                ingest,
                sweeping,
                recoding,
                operating,
                sources,
                destinations,
                settling,
                couriers,
                tail,
                trail,
                door,
                fhir,
                cast,
                scheduling);
    }

    private static boolean isRecorded(Settings settings) {
        return switch (settings.audit().recording()) {
            case ALWAYS -> true;
            case WITH_ACCESS -> settings.access().issuer() != null;
            case NEVER -> false;
        };
    }

    /// What does operations, by their kind.
    private static Map<String, Job> jobs(
            Settings settings,
            Storage storage,
            Ingest ingest,
            Partitions partitions,
            Sources sources,
            Destinations destinations) {
        Update update = new Update(storage.database(), storage.blobs());
        Reversal reversal = new Reversal(storage.database(), storage.blobs());
        return Map.ofEntries(
                Map.entry(DeleteStudies.KIND, new DeleteStudies(storage.database())),
                Map.entry(Erase.KIND, new Erase(storage.database(), storage.blobs())),
                Map.entry(RemovePartition.KIND, new RemovePartition(storage.database())),
                Map.entry(Reindex.KIND, new Reindex(storage.database())),
                Map.entry(
                        ExportJob.KIND,
                        new ExportJob(storage.database(), storage.blobs(), destinations, Clock.systemUTC())),
                Map.entry(Commit.KIND, new Commit(storage.database(), storage.blobs())),
                Map.entry(Import.KIND, importing(settings, storage, ingest, partitions, sources)),
                Map.entry(Update.KIND, update),
                Map.entry(Update.MERGE, update),
                Map.entry(Reversal.REVERT, reversal),
                Map.entry(Reversal.RESTORE, reversal));
    }

    private static ImportJob importing(
            Settings settings, Storage storage, Ingest ingest, Partitions partitions, Sources sources) {
        return new ImportJob(
                ingest,
                storage.blobs(),
                sources,
                partitions,
                settings.store().onConflict() == StoreSettings.OnConflict.REPLACE,
                limits(settings));
    }

    private static ScheduleLoop scheduling(Settings settings, Storage storage, URI listening) {
        Schedule schedule = new Schedule(
                new Find(storage.database()),
                new StudyInput(new Survey(storage.database())),
                new Worklist(storage.database()),
                settings.worklist().rules());
        Follow follow = new Follow(storage.database(), SCHEDULE);
        return ScheduleLoop.start(
                follow,
                new Changes(storage.database()),
                schedule,
                settings.worklist().quiet(),
                root(settings, listening));
    }

    /// The root of DICOMweb as clients know it.
    private static String root(Settings settings, URI listening) {
        URI root = settings.http().publicUrl() == null
                ? listening
                : settings.http().publicUrl();
        return root.toString().replaceAll("/+$", "") + "/dicom-web";
    }

    private static Cast cast(Settings settings, Storage storage, FhirClient fhir, URI listening) {
        Follow follow = new Follow(storage.database(), CAST);
        return Cast.start(
                new ArchiveSource(Caller.anyone(), follow, new Retrieve(storage.database(), storage.blobs())),
                new ArchiveLedger(follow),
                fhir,
                settings.cast().options(URI.create(root(settings, listening))));
    }

    /// Every route, over the use cases that they need.
    ///
    /// @param fhir the FHIR server that cohorts are asked of, or null
    static Router router(
            Settings settings,
            Storage storage,
            Ingest ingest,
            Partitions partitions,
            Operations operations,
            QueryTags tags,
            Tail tail,
            AuditTrail trail,
            @Nullable FhirClient fhir) {
        Retrieve retrieve = new Retrieve(storage.database(), storage.blobs());
        Find find = new Find(storage.database());
        Delete delete = new Delete(storage.database());
        Changes changes = new Changes(storage.database());
        Render render = new Render(retrieve, settings.cache().thumbnailBytes());

        Cohorts cohorts = new Cohorts(storage.database());

        Router router = new Router();
        new DicomwebRoutes(ingest, retrieve, render, find, delete, cohorts, partitions, tags, dicomwebOptions(settings))
                .register(router);
        new UpdateRoutes(
                        new Updates(storage.database(), storage.blobs(), operations),
                        new Patients(storage.database()),
                        partitions,
                        tags,
                        dicomwebOptions(settings).search())
                .register(router);
        new HistoryRoutes(new History(storage.database(), operations), partitions).register(router);
        new HoldRoutes(new Holds(storage.database()), partitions).register(router);
        new DisposalRoutes(
                        new Disposal(storage.database(), operations),
                        new Updates(storage.database(), storage.blobs(), operations),
                        partitions,
                        tags,
                        dicomwebOptions(settings).search())
                .register(router);
        Worklist worklist = new Worklist(storage.database());
        Subscribe subscribe = new Subscribe(storage.database(), worklist.mailing());
        StudyInput studies = new StudyInput(new Survey(storage.database()));
        new WorkitemRoutes(
                        worklist,
                        subscribe,
                        studies,
                        partitions,
                        dicomwebOptions(settings).search())
                .register(router);
        new ExportRoutes(
                        new Export(operations, cohorts, settings.export().destinations()),
                        partitions,
                        tags,
                        dicomwebOptions(settings).search())
                .register(router);
        Follow cast = new Follow(storage.database(), CAST);
        Import importing =
                new Import(settings.imports().sources(), settings.imports().folders(), operations);
        int streamsMax = Math.min(settings.push().streamsMax(), settings.http().requestsMax() / 2);
        new CommitmentRoutes(new Safekeeping(storage.database(), storage.blobs(), operations), partitions)
                .register(router);
        new ApiRoutes(
                        changes,
                        new Events(tail),
                        streamsMax,
                        new Webhooks(storage.database(), tail, allowedHosts(settings)),
                        new Health(storage.database(), storage.blobs(), storage.unnamed()),
                        cast,
                        partitions,
                        storage.blobs().classes(),
                        new Removal(storage.database(), operations),
                        operations,
                        tags,
                        importing,
                        trail)
                .register(router);
        new ResearchRoutes(cohorts, find, tags, fhir).register(router);
        new FhirRoutes(find, retrieve, new Survey(storage.database()), settings.cast()::mapping).register(router);
        mapFailures(router);
        return router;
    }

    private static AllowedHosts allowedHosts(Settings settings) {
        return new AllowedHosts(settings.push().allowedHosts());
    }

    private static DicomwebOptions dicomwebOptions(Settings settings) {
        return new DicomwebOptions(
                limits(settings),
                new MultipartLimits(
                        settings.store().partsMax(),
                        (int) settings.limits().partHeaderMaxBytes(),
                        MultipartLimits.DEFAULT.partHeaders(),
                        MultipartLimits.DEFAULT.fillerBytes()),
                settings.store().onConflict() == StoreSettings.OnConflict.REPLACE,
                settings.cache().metadataBytes(),
                new DicomwebOptions.SearchLimits(
                        settings.search().limitDefault(),
                        settings.search().limitMax(),
                        settings.search().offsetMax()));
    }

    private static Limits limits(Settings settings) {
        LimitSettings limits = settings.limits();
        return new Limits(
                limits.nestingMax(),
                limits.elementsMax(),
                limits.itemsMax(),
                (int) limits.valueMemoryMaxBytes(),
                limits.fragmentsMax(),
                limits.inflateRatioMax(),
                limits.inflateFreeBytes(),
                settings.store().instanceMaxBytes(),
                Limits.DEFAULT.jsonDepth());
    }

    private static HttpOptions httpOptions(HttpSettings http) {
        return new HttpOptions(
                http.host(),
                http.port(),
                http.publicUrl(),
                http.trustedProxies(),
                http.requestMaxBytes(),
                http.idleTimeout(),
                http.requestsMax());
    }

    /// What the failures of the world are to a client.
    private static void mapFailures(Router router) {
        router.mapping(
                CommitUnknownException.class,
                failure -> new Problem(503, "outcome-unknown", "it is not known whether this was done; do it again"));
        router.mapping(
                UnavailableException.class,
                failure -> new Problem(503, "unavailable", "the storage or the index does not answer; try again"));
        router.mapping(
                NoPartitionException.class,
                failure -> new Problem(404, "no-such-partition", "the data partition was removed"));
        router.mapping(
                MissingBlobException.class,
                failure -> new Problem(404, "not-found", "the bytes of the instance are gone"));
        router.mapping(
                CorruptBlobException.class,
                failure -> new Problem(
                        500, "corrupt", "the bytes of the instance are not those that were stored; nothing was sent"));
    }

    @Override
    public URI uri() {
        return door.uri();
    }

    @Override
    public void await() throws InterruptedException {
        closed.await();
    }

    @Override
    public void close() {
        if (closing.getAndSet(true)) {
            return;
        }
        couriers.close();
        // Streams of events end with it.
        tail.close();
        door.close();
        settling.close();
        if (cast != null) {
            cast.close();
        }
        if (scheduling != null) {
            scheduling.close();
        }
        if (fhir != null) {
            fhir.close();
        }
        operating.close();
        destinations.close();
        sources.close();
        recoding.close();
        sweeping.close();
        trail.close();
        ingest.close();
        storage.close();
        closed.countDown();
    }
}
