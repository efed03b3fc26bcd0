package org.isocenter.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Metadata of a whole series: again and again by one client, and as the first request of a fresh process.
final class MetadataRows implements Group {

    /// The median to reach, in milliseconds, by the number of instances: warm and first.
    private record Case(int instances, Row warm, Row first) {}

    private static final Pattern INSTANCE_UID = Pattern.compile("\"00080018\"");

    private final List<Case> cases = new ArrayList<>();

    MetadataRows(List<Integer> sizes) {
        for (int size : sizes) {
            cases.add(new Case(
                    size,
                    row(size, "warm", size <= 200 ? 4 : 15),
                    row(size, "first of a fresh process", size <= 200 ? 60 : 300)));
        }
    }

    private static Row row(int size, String state, double milliseconds) {
        return new Row("metadata of a series of %d, %s".formatted(size, state), Target.median(milliseconds));
    }

    @Override
    public String title() {
        return "metadata";
    }

    @Override
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        cases.forEach(each -> rows.add(each.warm()));
        cases.forEach(each -> rows.add(each.first()));
        return rows;
    }

    @Override
    public void run(Bench bench, List<Archive> archives) throws IOException, InterruptedException {
        ObjectTemplate template = ObjectMaker.template(Shape.TEN_KB, bench.seed());
        List<Identity> series = new ArrayList<>();
        for (Case each : cases) {
            Archive.Layout layout = new Archive.Layout(1, each.instances());
            Identity some = null;
            for (Archive archive : archives) {
                some = archive.fill(template, layout, each.instances()).get(0);
                check(archive, some, each.instances());
            }
            if (some == null) {
                return;
            }
            series.add(some);
        }
        for (int round = 0; round < bench.effort().rounds(); round++) {
            Window window = bench.effort().window(round).withMaxBytes(Long.MAX_VALUE);
            for (int i = 0; i < cases.size(); i++) {
                Identity identity = series.get(i);
                bench.measure(round, cases.get(i).warm(), archives, archive -> warm(window, archive, identity));
            }
            for (int i = 0; i < cases.size(); i++) {
                Identity identity = series.get(i);
                List<Archive> restarting = archives.stream()
                        .filter(archive -> archive.subject().restarts())
                        .toList();
                bench.measure(round, cases.get(i).first(), restarting, archive -> first(archive, identity));
            }
        }
    }

    private static Measurement warm(Window window, Archive archive, Identity identity) throws InterruptedException {
        ByteBuffer request = archive.request(path(identity), Archive.JSON);
        return Load.run(archive.subject(), 1, window, client -> wire -> done(wire.exchange(request.duplicate())));
    }

    private static Measurement first(Archive archive, Identity identity) throws IOException, InterruptedException {
        archive.subject().stop();
        archive.subject().start();
        ByteBuffer request = archive.request(path(identity), Archive.JSON);
        Window once = new Window(Duration.ZERO, Duration.ZERO, 1);
        return Load.run(archive.subject(), 1, once, client -> wire -> done(wire.exchange(request.duplicate())));
    }

    private static Work.Done done(WireAnswer answer) {
        return answer.ok() && answer.bodyBytes() > 0
                ? Work.Done.of(1, answer.bodyBytes())
                : Work.Done.wrong("metadata answered " + answer.status());
    }

    private static void check(Archive archive, Identity identity, int instances) throws IOException {
        try (WireClient client = new WireClient(archive.subject().address())) {
            WireAnswer answer = client.fetch(archive.request(path(identity), Archive.JSON));
            long found = INSTANCE_UID.matcher(answer.text()).results().count();
            if (!answer.ok() || found != instances) {
                throw new IOException("%s answered the metadata of %d instances with %d: %d instances"
                        .formatted(archive.subject().name(), instances, answer.status(), found));
            }
        }
    }

    private static String path(Identity identity) {
        return "/studies/" + identity.studyUid() + "/series/" + identity.seriesUid() + "/metadata";
    }
}
