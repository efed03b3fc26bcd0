package org.isocenter.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// One instance of 4 GiB, stored and retrieved in memory that does not grow with it.
final class HugeRows implements Group {

    private static final Window ONCE = new Window(Duration.ZERO, Duration.ZERO, 1);
    private static final double MOST_MEGABYTES = 1000;

    private final Samples peak = new Samples();
    private final Row store = new Row("store 4 GiB, 1 client");
    private final Row retrieve = new Row(
            "retrieve 4 GiB, 1 client",
            Target.atMost("peak memory in MB of the largest process", MOST_MEGABYTES, peak::median));

    @Override
    public String title() {
        return "huge";
    }

    @Override
    public List<Row> rows() {
        return List.of(store, retrieve);
    }

    @Override
    public void run(Bench bench, List<Archive> archives) throws IOException, InterruptedException {
        ObjectTemplate template = ObjectMaker.template(Shape.FOUR_GIB, bench.seed());
        Identity first = new Identity(bench.seed(), 0, 0, 0);
        List<Archive> own = archives.stream()
                .filter(archive -> archive.subject().side() == Subject.Side.ISOCENTER)
                .toList();
        bench.measure(0, store, own, archive -> archive.store(template, 1, 1, ONCE));
        bench.measure(0, retrieve, own, archive -> {
            Measurement measured = Load.run(archive.subject(), 1, ONCE, client -> wire -> {
                WireAnswer answer = wire.exchange(archive.request(first.path(), Archive.INSTANCE));
                return answer.ok() && answer.bodyBytes() >= template.fileBytes()
                        ? Work.Done.of(1, answer.bodyBytes())
                        : Work.Done.wrong("answered %d with %d bytes".formatted(answer.status(), answer.bodyBytes()));
            });
            peak.add(
                    archive.subject().peakBytes() == 0
                            ? Double.NaN
                            : archive.subject().peakBytes() / 1e6);
            return measured;
        });
    }
}
