package org.isocenter.server.dicomweb;

import org.isocenter.server.archive.Delete;
import org.isocenter.server.archive.Find;
import org.isocenter.server.archive.Ingest;
import org.isocenter.server.archive.Render;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.http.Router;
import org.isocenter.server.index.Level;

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

    public DicomwebRoutes(
            Ingest ingest, Retrieve retrieve, Render render, Find find, Delete delete, DicomwebOptions options) {
        this.stow = new StowRoutes(ingest, options.limits(), options.multipart(), options.replaceOnConflict());
        this.wado = new WadoRoutes(retrieve);
        this.rendered = new RenderedRoutes(retrieve, render);
        this.uri = new WadoUriRoutes(retrieve, wado, rendered);
        this.metadata = new MetadataRoutes(retrieve, options.metadataCacheBytes());
        this.qido = new QidoRoutes(find, options.search());
        this.delete = new DeleteRoutes(delete);
    }

    public void register(Router router) {
        register(router, Root.DICOM_WEB);
        register(router, Root.V2);
        router.on("GET", "/wado", uri::get);
        router.on("GET", Root.DICOM_WEB.prefix() + "/wado", uri::get);
    }

    private void register(Router router, Root root) {
        String at = root.prefix();
        router.on("POST", at + "/studies", x -> stow.store(root, x, null, false));
        router.on("PUT", at + "/studies", x -> stow.store(root, x, null, true));
        router.on("POST", at + STUDY, x -> stow.store(root, x, x.pathValue("study"), false));
        router.on("PUT", at + STUDY, x -> stow.store(root, x, x.pathValue("study"), true));

        router.on("GET", at + "/studies", x -> qido.search(root, x, Level.STUDY));
        router.on("GET", at + "/series", x -> qido.search(root, x, Level.SERIES));
        router.on("GET", at + "/instances", x -> qido.search(root, x, Level.INSTANCE));
        router.on("GET", at + STUDY + "/series", x -> qido.search(root, x, Level.SERIES));
        router.on("GET", at + STUDY + "/instances", x -> qido.search(root, x, Level.INSTANCE));
        router.on("GET", at + SERIES + "/instances", x -> qido.search(root, x, Level.INSTANCE));

        router.on("GET", at + STUDY, wado::study);
        router.on("GET", at + SERIES, wado::series);
        router.on("GET", at + INSTANCE, wado::instance);
        router.on("GET", at + INSTANCE + "/frames/{frames}", wado::frames);
        router.on("GET", at + INSTANCE + "/pixeldata", wado::pixelData);
        router.on("GET", at + INSTANCE + "/bulkdata/{path}", wado::bulkData);

        router.on("GET", at + STUDY + "/rendered", rendered::study);
        router.on("GET", at + SERIES + "/rendered", rendered::series);
        router.on("GET", at + INSTANCE + "/rendered", rendered::instance);
        router.on("GET", at + INSTANCE + "/frames/{frames}/rendered", rendered::frames);
        router.on("GET", at + STUDY + "/thumbnail", rendered::studyThumbnail);
        router.on("GET", at + SERIES + "/thumbnail", rendered::seriesThumbnail);
        router.on("GET", at + INSTANCE + "/thumbnail", rendered::instanceThumbnail);
        router.on("GET", at + INSTANCE + "/frames/{frames}/thumbnail", rendered::frameThumbnail);

        router.on("GET", at + STUDY + "/metadata", x -> metadata.study(root, x));
        router.on("GET", at + SERIES + "/metadata", x -> metadata.series(root, x));
        router.on("GET", at + INSTANCE + "/metadata", x -> metadata.instance(root, x));

        router.on("DELETE", at + STUDY, delete::study);
        router.on("DELETE", at + SERIES, delete::series);
        router.on("DELETE", at + INSTANCE, delete::instance);
    }
}
