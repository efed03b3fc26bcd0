package org.isocenter.server.dicomweb;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.isocenter.dicom.BulkLinks;
import org.isocenter.dicom.JsonWriter;
import org.isocenter.dicom.Value;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.http.EntityTag;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.MultipartWriter;
import org.isocenter.server.http.ResponseBody;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.State;

/// Metadata (PS3.18 section 10.4.1.1.2): all attributes of all instances, with links in place of bulk values.
///
/// The metadata of a series is asked for whenever a viewer opens it and changes only when its instances do,
/// so ready JSON is kept in memory by series and revision, for clients that take gzip as pieces that are
/// deflated already (`BodyPieces`). What is too large to be kept is written straight from the index.
final class MetadataRoutes {
    /// Series with more instances are not kept.
    private static final int INSTANCES_KEPT_MAX = 3000;

    /// Larger binary values are links though they are at hand.
    private static final int INLINE_BYTES_MAX = 1024;

    /// How many instances are written one after another.
    private static final int SLICE_INSTANCES = 32;

    private static final byte[] OPEN = {'['};
    private static final byte[] COMMA = {','};
    private static final byte[] CLOSE = {']'};

    /// What is kept: the JSON of one revision of a series, without the brackets around it.
    ///
    /// @param url under which the links stand, which is another for each snapshot of a cohort
    private record Key(long series, long revision, String url, boolean zipped) {}

    private final Retrieve retrieve;
    private final Cache<Key, byte[]> cache;
    private final Executor executor = Executors.newVirtualThreadPerTaskExecutor();

    /// @param cacheBytes how much is kept in memory
    MetadataRoutes(Retrieve retrieve, long cacheBytes) {
        this.retrieve = retrieve;
        this.cache = Caffeine.newBuilder()
                .maximumWeight(cacheBytes)
                .weigher((Key key, byte[] json) -> json.length + 200)
                .build();
    }

    void study(View view, Exchange exchange) throws IOException {
        String study = PathUids.study(exchange);
        State state = retrieve.findStudy(view.caller(), study);
        if (state == null) {
            throw view.missing(study, null, null);
        }
        view.check(study, null, List.of(state));
        send(view, exchange, state, () -> retrieve.series(view.caller(), study));
    }

    void series(View view, Exchange exchange) throws IOException {
        String study = PathUids.study(exchange);
        String series = PathUids.series(exchange);
        State state = retrieve.findSeries(view.caller(), study, series);
        if (state == null) {
            throw view.missing(study, series, null);
        }
        view.check(study, series, List.of(state));
        send(view, exchange, state, () -> List.of(state));
    }

    void instance(View view, Exchange exchange) throws IOException {
        Located located = WadoRoutes.locate(retrieve, view, exchange);
        Representation representation = Representation.negotiate(exchange);
        if (notModified(exchange, located.revision(), 1, representation)) {
            return;
        }
        Iterator<Located> one = List.of(located).iterator();
        switch (representation) {
            case JSON -> {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 << 10);
                bytes.write('[');
                write(one, view, bytes);
                bytes.write(']');
                exchange.send(200, DataSetOutput.JSON, bytes.toByteArray());
            }
            case XML -> sendXml(exchange, one, view);
        }
    }

    private void send(View view, Exchange exchange, State state, Supplier<List<State>> source) throws IOException {
        Representation representation = Representation.negotiate(exchange);
        if (notModified(exchange, state.revision(), state.instances(), representation)) {
            return;
        }
        List<State> series = source.get();
        switch (representation) {
            case JSON -> sendJson(exchange, view, series);
            case XML -> sendXml(exchange, retrieve.instances(view.caller(), series, true), view);
        }
    }

    /// Answers 304 where the client has this state already.
    private static boolean notModified(Exchange exchange, long revision, int instances, Representation representation)
            throws IOException {
        String tag = "\"" + revision + "-" + instances + (representation == Representation.XML ? "-xml" : "") + "\"";
        exchange.header("ETag", tag)
                .header("Cache-Control", "private, no-cache")
                .header("Vary", "Accept");
        if (EntityTag.matches(exchange.headers("If-None-Match"), tag)) {
            exchange.sendEmpty(304);
            return true;
        }
        return false;
    }

    private void sendJson(Exchange exchange, View view, List<State> series) throws IOException {
        // What was is seldom asked for, and is not kept.
        if (view.caller().version() != null || series.stream().anyMatch(one -> one.instances() > INSTANCES_KEPT_MAX)) {
            try (ResponseBody body = exchange.beginCompressible(200, DataSetOutput.JSON)) {
                body.write(OPEN);
                write(retrieve.instances(view.caller(), series, true), view, body);
                body.write(CLOSE);
            }
            return;
        }
        boolean zipped = exchange.acceptsGzip();
        if (zipped) {
            exchange.header("Content-Encoding", "gzip");
        }
        exchange.header("Vary", "Accept-Encoding");
        byte[] open = BodyPieces.piece(OPEN, zipped);
        byte[] close = BodyPieces.piece(CLOSE, zipped);
        long lengthBytes = series.size() == 1
                ? BodyPieces.lengthBytes(zipped, open, json(view, series.getFirst(), zipped), close)
                : -1;
        try (ResponseBody body = exchange.begin(200, DataSetOutput.JSON, lengthBytes)) {
            BodyPieces pieces = new BodyPieces(body, zipped);
            pieces.write(open);
            for (int i = 0; i < series.size(); i++) {
                if (i > 0) {
                    pieces.write(BodyPieces.piece(COMMA, zipped));
                }
                pieces.write(json(view, series.get(i), zipped));
            }
            pieces.write(close);
            pieces.finish();
        }
    }

    private byte[] json(View view, State series, boolean zipped) {
        Key key = new Key(series.key(), series.revision(), view.url(), zipped);
        byte[] kept = cache.getIfPresent(key);
        if (kept == null) {
            kept = zipped ? BodyPieces.piece(json(view, series, false), true) : written(view, series);
            cache.put(key, kept);
        }
        return kept;
    }

    /// The JSON of a series' instances, written in slices side by side: at the first time there is much to
    /// do, and somebody waits for it.
    private byte[] written(View view, State series) {
        List<CompletableFuture<byte[]>> slices = new ArrayList<>();
        Iterator<Located> instances = retrieve.instances(view.caller(), List.of(series), true);
        while (instances.hasNext()) {
            List<Located> slice = new ArrayList<>(SLICE_INSTANCES);
            while (slice.size() < SLICE_INSTANCES && instances.hasNext()) {
                slice.add(instances.next());
            }
            slices.add(CompletableFuture.supplyAsync(() -> written(slice, view), executor));
        }
        ByteArrayOutputStream json = new ByteArrayOutputStream(series.instances() * 4096);
        for (int i = 0; i < slices.size(); i++) {
            if (i > 0) {
                json.write(',');
            }
            json.writeBytes(join(slices.get(i)));
        }
        return json.toByteArray();
    }

    private byte[] written(List<Located> instances, View view) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(instances.size() * 4096);
        try {
            write(instances.iterator(), view, json);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return json.toByteArray();
    }

    private static byte[] join(CompletableFuture<byte[]> slice) {
        try {
            return slice.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
        }
    }

    /// Writes JSON objects with commas between them.
    private void write(Iterator<Located> instances, View view, OutputStream out) throws IOException {
        boolean first = true;
        while (instances.hasNext()) {
            Located located = instances.next();
            if (!first) {
                out.write(',');
            }
            first = false;
            JsonWriter writer = new JsonWriter(out, links(view, located));
            writer.write(retrieve.head(located).dataSet());
            writer.flush();
        }
    }

    private void sendXml(Exchange exchange, Iterator<Located> instances, View view) throws IOException {
        String boundary = MultipartWriter.newBoundary();
        try (ResponseBody body = exchange.begin(200, DataSetOutput.multipartXml(boundary), -1)) {
            MultipartWriter multipart = new MultipartWriter(body, boundary);
            while (instances.hasNext()) {
                Located located = instances.next();
                DataSetOutput.xmlPart(multipart, retrieve.head(located).dataSet(), links(view, located));
            }
            multipart.finish();
        }
    }

    /// Bulk values are links to the bulk data resource of their instance; whatever is in memory is given
    /// inline.
    private static BulkLinks links(View view, Located located) {
        String base = view.url() + WadoRoutes.path(located.identity()) + "/bulkdata/";
        String query = view.query();
        return (path, element) -> switch (element.value()) {
            case Value.Bytes bytes ->
                bytes.length() > INLINE_BYTES_MAX && element.vr().binary() ? base + BulkPath.of(path) + query : null;
            case Value.Bulk bulk -> base + BulkPath.of(path) + query;
            case Value.Fragments fragments -> base + BulkPath.of(path) + query;
            case Value.Items items -> null;
            case Value.Link link -> null;
        };
    }
}
