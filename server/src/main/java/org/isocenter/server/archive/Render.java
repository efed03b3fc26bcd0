package org.isocenter.server.archive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.FrameBytes.Piece;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.State;
import org.isocenter.server.render.Instance;
import org.isocenter.server.render.Picture;
import org.isocenter.server.render.RenderOptions;
import org.isocenter.server.render.Renderer;
import org.isocenter.server.render.Viewport;
import org.isocenter.server.render.document.Encapsulated;
import org.isocenter.server.render.report.Report;
import org.isocenter.server.render.waveform.WaveformSvg;
import org.jspecify.annotations.Nullable;

/// Shows what is stored: pictures of frames, and small ones that are kept for the next who asks; reports as
/// pages, waveforms as drawings, and documents and videos as they are.
public final class Render {
    /// The side of a thumbnail for which nobody has named a size.
    public static final int THUMBNAIL_SIDE = 128;

    /// Series that are looked into for one that can be shown.
    private static final int LOOKED_AT_MAX = 20;

    /// What a kept thumbnail was made of.
    private record Key(String blob, int frame, Viewport viewport, RenderOptions.Output output) {}

    private final Retrieve retrieve;
    private final Cache<Key, Picture> thumbnails;

    /// @param cacheBytes how much is kept in memory
    public Render(Retrieve retrieve, long cacheBytes) {
        this.retrieve = retrieve;
        this.thumbnails = Caffeine.newBuilder()
                .maximumWeight(cacheBytes)
                .weigher((Key key, Picture picture) -> picture.bytes().length + 200)
                .build();
    }

    /// A picture of a frame; null where the instance has no such frame.
    ///
    /// @param head of the instance, as {@link Retrieve#head} gives it
    /// @param number of the frame, the first of which is 1
    /// @param state a presentation state that says how the image is shown, or null for what the image says
    /// @throws MalformedException where it is no image, or cannot be shown, with the reason
    public @Nullable Picture find(
            Located located, Head head, int number, RenderOptions options, @Nullable Located state)
            throws IOException, MalformedException {
        try (Opened image = new Opened(located, head);
                Opened presented = state == null ? null : new Opened(state, retrieve.head(state))) {
            Piece piece = image.frames.find(number);
            Renderer renderer = image.renderer(options, presented);
            return piece == null ? null : renderer.render(number, image.frames.bytes(number, piece));
        }
    }

    /// Writes all frames as an animation.
    ///
    /// @param begun called when the first frame has been read, and gives where to write
    /// @throws MalformedException where a frame cannot be shown
    public void animate(Located located, Head head, RenderOptions options, @Nullable Located state, Begin begun)
            throws IOException, MalformedException {
        try (Opened image = new Opened(located, head);
                Opened presented = state == null ? null : new Opened(state, retrieve.head(state))) {
            Renderer renderer = image.renderer(options, presented);
            List<Integer> numbers = new ArrayList<>();
            for (int number = 1; number <= image.frames.count(); number++) {
                numbers.add(number);
            }
            image.frame(1);
            try (OutputStream out = begun.begin()) {
                renderer.animate(numbers, image::frame, out);
            }
        }
    }

    /// Writes a report as a page or as text.
    ///
    /// @param html whether it is a page that is wanted
    /// @param begun gives where to write, which is not closed
    public void writeReport(Located located, Head head, boolean html, Report.Links links, Begin begun)
            throws IOException {
        try (Opened opened = new Opened(located, head)) {
            Report report = new Report(opened.instance, links);
            Writer out = new BufferedWriter(new OutputStreamWriter(begun.begin(), StandardCharsets.UTF_8));
            if (html) {
                report.writeHtml(out);
            } else {
                report.writeText(out);
            }
            out.flush();
        }
    }

    /// The drawing of a waveform, as an SVG in UTF-8.
    ///
    /// @throws MalformedException where it cannot be drawn, with the reason
    public byte[] waveform(Located located, Head head) throws IOException, MalformedException {
        try (Opened opened = new Opened(located, head)) {
            StringBuilder svg = new StringBuilder(1 << 16);
            WaveformSvg.write(opened.instance, svg);
            return svg.toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    /// The document or the video that an instance holds, to be given out as it is; null where it holds none.
    public @Nullable Original findOriginal(Located located, Head head) throws IOException {
        Opened opened = new Opened(located, head);
        Original original = null;
        try {
            if (opened.instance.syntax().video()) {
                original = Original.ofVideo(opened.blob, opened.frames, opened.instance.syntax());
            } else {
                Encapsulated document = Encapsulated.find(opened.instance);
                original = document == null ? null : Original.of(opened.blob, opened.frames, document);
            }
            return original;
        } finally {
            if (original == null) {
                opened.close();
            }
        }
    }

    /// An instance that is being read.
    private final class Opened implements AutoCloseable {
        private final BlobReader blob;
        private final FrameBytes frames;
        private final Instance instance;

        Opened(Located located, Head head) {
            TransferSyntax syntax = Objects.requireNonNull(TransferSyntax.find(located.transferSyntax()));
            blob = retrieve.open(located);
            frames = retrieve.frames(located, head, blob);
            instance = new Instance(head.dataSet(), syntax, frames.bulk());
        }

        Renderer renderer(RenderOptions options, @Nullable Opened state) throws MalformedException {
            return Renderer.of(instance, state == null ? options : options.with(state.instance));
        }

        byte[] frame(int number) throws IOException, MalformedException {
            Piece piece = frames.find(number);
            if (piece == null) {
                throw new MalformedException("frame " + number + " is missing");
            }
            return frames.bytes(number, piece);
        }

        @Override
        public void close() {
            blob.close();
        }
    }

    /// Begins an answer.
    @FunctionalInterface
    public interface Begin {
        OutputStream begin() throws IOException;
    }

    /// A small picture of an instance, kept for the next who asks.
    ///
    /// @param number of the frame, or 0 for the one that stands for the instance
    /// @throws MalformedException where it is no image, or cannot be shown, with the reason
    public @Nullable Picture thumbnail(Located located, int number, Viewport viewport, RenderOptions.Output output)
            throws IOException, MalformedException {
        Key key = new Key(located.bytes().blob(), number, viewport, output);
        Picture kept = thumbnails.getIfPresent(key);
        if (kept != null) {
            return kept;
        }
        Head head = retrieve.head(located);
        int frame = number > 0 ? number : representativeFrame(head);
        Picture made = find(located, head, frame, RenderOptions.of(output).within(viewport), null);
        if (made != null) {
            thumbnails.put(key, made);
        }
        return made;
    }

    /// Representative Frame Number (0028,6010), or the first.
    private static int representativeFrame(Head head) {
        Integer named = head.dataSet().findInt(Tag.RepresentativeFrameNumber);
        return named == null || named < 1 ? 1 : named;
    }

    /// A small picture that stands for some series: of the middle of the first one that has something to
    /// show.
    ///
    /// @return null where none has
    public @Nullable Picture thumbnail(
            Caller caller, List<State> series, Viewport viewport, RenderOptions.Output output) throws IOException {
        for (State one : series.subList(0, Math.min(series.size(), LOOKED_AT_MAX))) {
            Located middle = findMiddle(caller, one);
            try {
                Picture picture = middle == null ? null : thumbnail(middle, 0, viewport, output);
                if (picture != null) {
                    return picture;
                }
            } catch (MalformedException nothingToShow) {
                continue;
            }
        }
        return null;
    }

    private @Nullable Located findMiddle(Caller caller, State series) {
        Iterator<Located> instances = retrieve.instances(caller, List.of(series), true);
        Located found = null;
        for (int i = 0; i <= series.instances() / 2 && instances.hasNext(); i++) {
            found = instances.next();
        }
        return found;
    }
}
