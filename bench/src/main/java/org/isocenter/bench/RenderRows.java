package org.isocenter.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Pictures of what is stored: frames rendered as JPEG, and thumbnails that were asked for before.
final class RenderRows implements Group {

    private static final Archive.Layout STUDY = new Archive.Layout(1, 50);
    private static final String JPEG = "image/jpeg";
    /// How many small pictures a list of studies shows at once.
    private static final int LIST = 100;

    private final Row alone = new Row("render 512 x 512 as JPEG, 1 client", Target.median(15));
    private final Row many = new Row("render 512 x 512 as JPEG, 4 clients", Target.perSecond(100));
    private final Row thumbnails = new Row("list of 100 thumbnails kept, 1 client", Target.median(100));

    @Override
    public String title() {
        return "render";
    }

    @Override
    public List<Row> rows() {
        return List.of(alone, many, thumbnails);
    }

    @Override
    public void run(Bench bench, List<Archive> archives) throws IOException, InterruptedException {
        ObjectTemplate template = ObjectMaker.template(Shape.HALF_MB, bench.seed());
        List<Identity> instances = List.of();
        for (Archive archive : archives) {
            // Every archive is new and of the same seed, so all get the same instances.
            instances = archive.fill(template, STUDY, 4L * STUDY.instancesPerStudy())
                    .all();
        }
        // Orthanc has no thumbnails in its DICOMweb.
        List<Archive> own = archives.stream()
                .filter(archive -> archive.subject().side() == Subject.Side.ISOCENTER)
                .toList();
        for (int round = 0; round < bench.effort().rounds(); round++) {
            get(bench, round, alone, archives, 1, instances, "/frames/1/rendered", 1);
            get(bench, round, many, archives, 4, instances, "/frames/1/rendered", 1);
            get(bench, round, thumbnails, own, 1, instances.subList(0, LIST), "/thumbnail", LIST);
        }
    }

    /// @param atOnce how many pictures are one measured exchange, one after the other
    private static void get(
            Bench bench,
            int round,
            Row row,
            List<Archive> archives,
            int clients,
            List<Identity> instances,
            String resource,
            int atOnce)
            throws IOException, InterruptedException {
        Window window = bench.effort().window(round).withMaxBytes(Long.MAX_VALUE);
        bench.measure(round, row, archives, archive -> {
            List<ByteBuffer> requests = instances.stream()
                    .map(instance -> archive.request(instance.path() + resource, JPEG))
                    .toList();
            AtomicLong turn = new AtomicLong();
            return Load.run(archive.subject(), clients, window, client -> wire -> {
                long bytes = 0;
                for (int i = 0; i < atOnce; i++) {
                    int which = (int) (turn.getAndIncrement() % requests.size());
                    WireAnswer answer = wire.exchange(requests.get(which).duplicate());
                    if (!answer.ok() || answer.bodyBytes() == 0) {
                        return Work.Done.wrong(
                                "answered %d with %d bytes".formatted(answer.status(), answer.bodyBytes()));
                    }
                    bytes += answer.bodyBytes();
                }
                return Work.Done.of(atOnce, bytes);
            });
        });
    }
}
