package org.isocenter.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// Retrieving instances, frames and studies that were stored a moment ago.
final class RetrieveRows implements Group {

    private static final Archive.Layout STUDY = new Archive.Layout(1, 50);
    private static final Archive.Layout MULTI_FRAME = new Archive.Layout(1, 1);

    private final boolean wide;
    private final Row instance =
            new Row("retrieve instance 525 kB, 16 clients", Target.timesPeer(4), Target.megabytesPerSecond(700));
    private final Row frame =
            new Row("retrieve native frame 525 kB, 16 clients", Target.timesPeer(4), Target.megabytesPerSecond(700));
    private final Row study = new Row("retrieve study of 50 x 525 kB, 4 clients");
    private final Row frameOfMany = new Row("retrieve one frame of 96 (50 MB), 16 clients");
    private final Row instanceAlone = new Row("retrieve instance 525 kB, 1 client");
    private final Row frameAlone = new Row("retrieve native frame 525 kB, 1 client");
    private final Row large = new Row("retrieve instance 50 MB, 4 clients");

    RetrieveRows(boolean wide) {
        this.wide = wide;
    }

    @Override
    public String title() {
        return "retrieve";
    }

    @Override
    public List<Row> rows() {
        return wide
                ? List.of(instance, frame, study, frameOfMany, instanceAlone, frameAlone, large)
                : List.of(instance, frame, study, frameOfMany);
    }

    @Override
    public void run(Bench bench, List<Archive> archives) throws IOException, InterruptedException {
        ObjectTemplate single = ObjectMaker.template(Shape.HALF_MB, bench.seed());
        ObjectTemplate many = ObjectMaker.template(Shape.FIFTY_MB, bench.seed());
        long count = (long) bench.effort().retrieveStudies() * STUDY.instancesPerStudy();
        Archive.Filling singles = null;
        Archive.Filling manies = null;
        for (Archive archive : archives) {
            // Every archive is new and of the same seed, so all get the same instances.
            singles = archive.fill(single, STUDY, count);
            manies = archive.fill(many, MULTI_FRAME, 1);
        }
        if (singles == null || manies == null) {
            return;
        }
        List<Identity> instances = singles.all();
        List<Identity> studies = instances.stream()
                .filter(identity -> identity.instance() == 0 && identity.series() == 0)
                .toList();
        List<Identity> multiFrames = manies.all();
        long file = single.fileBytes();
        long pixels = single.shape().pixelBytes();
        Function<Identity, String> framePath = identity -> identity.path() + "/frames/1";
        for (int round = 0; round < bench.effort().rounds(); round++) {
            get(bench, round, instance, archives, 16, instances, Identity::path, Archive.INSTANCE, file);
            get(bench, round, frame, archives, 16, instances, framePath, Archive.FRAME, pixels);
            get(
                    bench,
                    round,
                    study,
                    archives,
                    4,
                    studies,
                    identity -> "/studies/" + identity.studyUid(),
                    Archive.INSTANCE,
                    file * STUDY.instancesPerStudy());
            get(
                    bench,
                    round,
                    frameOfMany,
                    archives,
                    16,
                    multiFrames,
                    identity -> identity.path() + "/frames/48",
                    Archive.FRAME,
                    pixels);
            if (wide) {
                get(bench, round, instanceAlone, archives, 1, instances, Identity::path, Archive.INSTANCE, file);
                get(bench, round, frameAlone, archives, 1, instances, framePath, Archive.FRAME, pixels);
                get(bench, round, large, archives, 4, multiFrames, Identity::path, Archive.INSTANCE, many.fileBytes());
            }
        }
    }

    private static void get(
            Bench bench,
            int round,
            Row row,
            List<Archive> archives,
            int clients,
            List<Identity> identities,
            Function<Identity, String> path,
            String accept,
            long leastBytes)
            throws IOException, InterruptedException {
        Window window = bench.effort().window(round).withMaxBytes(Long.MAX_VALUE);
        bench.measure(round, row, archives, archive -> {
            List<ByteBuffer> requests = identities.stream()
                    .map(identity -> archive.request(path.apply(identity), accept))
                    .toList();
            AtomicLong turn = new AtomicLong();
            return Load.run(archive.subject(), clients, window, client -> wire -> {
                int which = (int) (turn.getAndIncrement() % requests.size());
                WireAnswer answer = wire.exchange(requests.get(which).duplicate());
                return answer.ok() && answer.bodyBytes() >= leastBytes
                        ? Work.Done.of(1, answer.bodyBytes())
                        : Work.Done.wrong("answered %d with %d bytes".formatted(answer.status(), answer.bodyBytes()));
            });
        });
    }
}
