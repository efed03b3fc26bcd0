package org.isocenter.server.dicomweb;

import java.io.IOException;
import org.isocenter.server.archive.Cohorts;
import org.isocenter.server.archive.Delete;
import org.isocenter.server.archive.Find;
import org.isocenter.server.archive.Ingest;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.archive.Render;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Header;
import org.isocenter.server.http.Router;
import org.isocenter.server.index.Level;
import org.jspecify.annotations.Nullable;

/// The DICOMweb resources (PS3.18 section 10) and where they stand.
public final class DicomwebRoutes {
    private static final String STUDY = "/studies/{study}";
    private static final String SERIES = STUDY + "/series/{series}";
    private static final String INSTANCE = SERIES + "/instances/{instance}";

    private final StowRoutes stow;
    private final WadoRoutes wado;
    private final RenderedRoutes rendered;
    private final WadoUriRoutes uri;
    private final MetadataRoutes metadata;
    private final QidoRoutes qido;
    private final DeleteRoutes delete;
    private final Cohorts cohorts;
    private final Partitions partitions;

    /// @param cohorts whose snapshots are roots of their own
    public DicomwebRoutes(
            Ingest ingest,
            Retrieve retrieve,
            Render render,
            Find find,
            Delete delete,
            Cohorts cohorts,
            Partitions partitions,
            QueryTags tags,
            DicomwebOptions options) {
        this.stow = new StowRoutes(ingest, options.limits(), options.multipart(), options.replaceOnConflict());
        this.wado = new WadoRoutes(retrieve);
        this.rendered = new RenderedRoutes(retrieve, render);
        this.uri = new WadoUriRoutes(retrieve, wado, rendered);
        this.metadata = new MetadataRoutes(retrieve, options.metadataCacheBytes());
        this.qido = new QidoRoutes(find, tags, options.search());
        this.delete = new DeleteRoutes(delete);
        this.cohorts = cohorts;
        this.partitions = partitions;
    }

    public void register(Router router) {
        for (Root version : new Root[] {Root.V1, Root.V2}) {
            router.announcing(version.prefix(), new Header("api-supported-versions", "1, 2"));
        }
        for (Root version : new Root[] {Root.DICOM_WEB, Root.V1, Root.V2}) {
            for (Root root : new Root[] {version, version.inPartition()}) {
                registerChanges(router, root);
                registerReadings((path, reading) ->
                        router.on("GET", root.prefix() + path, x -> View.read(root, partitions, x, reading)));
            }
        }
        registerReadings((path, reading) ->
                router.on("GET", Root.SNAPSHOT.prefix() + path, x -> reading.answer(View.ofSnapshot(cohorts, x), x)));
        router.on("GET", "/wado", x -> uri.get(View.of(Root.DICOM_WEB, partitions, x), x));
        router.on("GET", Root.DICOM_WEB.prefix() + "/wado", x -> uri.get(View.of(Root.DICOM_WEB, partitions, x), x));
        router.on("GET", Root.SNAPSHOT.prefix() + "/wado", x -> uri.get(View.ofSnapshot(cohorts, x), x));
    }

    private void registerChanges(Router router, Root root) {
        String at = root.prefix();
        router.on("POST", at + "/studies", x -> store(root, x, null, false));
        router.on("PUT", at + "/studies", x -> store(root, x, null, true));
        router.on("POST", at + STUDY, x -> store(root, x, x.pathValue("study"), false));
        router.on("PUT", at + STUDY, x -> store(root, x, x.pathValue("study"), true));

        router.on("DELETE", at + STUDY, x -> delete.study(View.of(root, partitions, x), x));
        router.on("DELETE", at + SERIES, x -> delete.series(View.of(root, partitions, x), x));
        router.on("DELETE", at + INSTANCE, x -> delete.instance(View.of(root, partitions, x), x));
    }

    private void store(Root root, Exchange exchange, @Nullable String study, boolean replace) throws IOException {
        stow.store(root, View.target(root, partitions, exchange), exchange, study, replace);
    }

    private void registerReadings(Readings at) {
        at.get("/studies", (view, x) -> qido.search(view, x, Level.STUDY));
        at.get("/series", (view, x) -> qido.search(view, x, Level.SERIES));
        at.get("/instances", (view, x) -> qido.search(view, x, Level.INSTANCE));
        at.get(STUDY + "/series", (view, x) -> qido.search(view, x, Level.SERIES));
        at.get(STUDY + "/instances", (view, x) -> qido.search(view, x, Level.INSTANCE));
        at.get(SERIES + "/instances", (view, x) -> qido.search(view, x, Level.INSTANCE));

        Readings versions = (path, reading) -> at.get(path, (view, x) -> reading.answer(view.asOf(x), x));
        registerRetrievals(versions);
    }

    private void registerRetrievals(Readings at) {
        at.get(STUDY, wado::study);
        at.get(SERIES, wado::series);
        at.get(INSTANCE, wado::instance);
        at.get(INSTANCE + "/frames/{frames}", wado::frames);
        at.get(INSTANCE + "/pixeldata", wado::pixelData);
        at.get(INSTANCE + "/bulkdata/{path}", wado::bulkData);

        at.get(STUDY + "/rendered", rendered::study);
        at.get(SERIES + "/rendered", rendered::series);
        at.get(INSTANCE + "/rendered", rendered::instance);
        at.get(INSTANCE + "/frames/{frames}/rendered", rendered::frames);
        at.get(STUDY + "/thumbnail", rendered::studyThumbnail);
        at.get(SERIES + "/thumbnail", rendered::seriesThumbnail);
        at.get(INSTANCE + "/thumbnail", rendered::instanceThumbnail);
        at.get(INSTANCE + "/frames/{frames}/thumbnail", rendered::frameThumbnail);

        at.get(STUDY + "/metadata", metadata::study);
        at.get(SERIES + "/metadata", metadata::series);
        at.get(INSTANCE + "/metadata", metadata::instance);
    }

    /// Takes readings to where they stand.
    @FunctionalInterface
    private interface Readings {
        void get(String path, View.Reading reading);
    }
}
