package org.isocenter.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Storing objects of several sizes, some in one request, by some clients at once.
final class StoreRows implements Group {

    private static final int MANY = 16;

    private record Case(Shape shape, int parts, int clients, Row row) {}

    private final List<Case> cases = new ArrayList<>();
    private final Samples durableRate = new Samples();

    StoreRows(boolean wide) {
        Row single = row(
                Shape.HALF_MB,
                1,
                MANY,
                Target.timesPeer(2.5),
                Target.shareOf(0.8, "the file system's rate", durableRate::median),
                Target.cpuSecondsPerThousand(2.5));
        add(Shape.HALF_MB, 1, 1, row(Shape.HALF_MB, 1, 1));
        add(Shape.HALF_MB, 1, 4, row(Shape.HALF_MB, 1, 4));
        add(Shape.HALF_MB, 1, MANY, single);
        for (int parts : new int[] {10, 100}) {
            add(Shape.HALF_MB, parts, MANY, row(Shape.HALF_MB, parts, MANY, notSlowerThan(single)));
        }
        add(Shape.TEN_KB, 1, MANY, row(Shape.TEN_KB, 1, MANY, Target.perSecond(1200)));
        add(Shape.TEN_KB, 100, MANY, row(Shape.TEN_KB, 100, MANY, Target.perSecond(3000)));
        add(Shape.FIFTY_MB, 1, 4, row(Shape.FIFTY_MB, 1, 4));
        if (wide) {
            for (int clients : new int[] {1, 4}) {
                add(Shape.HALF_MB, 10, clients, row(Shape.HALF_MB, 10, clients));
                add(Shape.HALF_MB, 100, clients, row(Shape.HALF_MB, 100, clients));
                add(Shape.TEN_KB, 1, clients, row(Shape.TEN_KB, 1, clients));
                add(Shape.TEN_KB, 10, clients, row(Shape.TEN_KB, 10, clients));
                add(Shape.TEN_KB, 100, clients, row(Shape.TEN_KB, 100, clients));
            }
            add(Shape.TEN_KB, 10, MANY, row(Shape.TEN_KB, 10, MANY));
            add(Shape.FIFTY_MB, 1, 1, row(Shape.FIFTY_MB, 1, 1));
            add(Shape.FIFTY_MB, 10, 1, row(Shape.FIFTY_MB, 10, 1));
            add(Shape.FIFTY_MB, 1, MANY, row(Shape.FIFTY_MB, 1, MANY));
        }
    }

    private static Target notSlowerThan(Row single) {
        return Target.shareOf(1, "the rate with 1 per request", () -> {
            Measurement base = single.findFigures(Subject.Side.ISOCENTER);
            return base == null ? Double.NaN : base.perSecond();
        });
    }

    private static Row row(Shape shape, int parts, int clients, Target... targets) {
        return new Row("store %s, %d per request, %s".formatted(shape.title, parts, Clients.title(clients)), targets);
    }

    private void add(Shape shape, int parts, int clients, Row row) {
        cases.add(new Case(shape, parts, clients, row));
    }

    @Override
    public String title() {
        return "store";
    }

    @Override
    public List<Row> rows() {
        return cases.stream().map(Case::row).toList();
    }

    @Override
    public void run(Bench bench, List<Archive> archives) throws IOException, InterruptedException {
        Map<Shape, ObjectTemplate> made = new EnumMap<>(Shape.class);
        Function<Shape, ObjectTemplate> templates =
                shape -> made.computeIfAbsent(shape, any -> ObjectMaker.template(shape, bench.seed()));
        for (Archive archive : archives) {
            archive.heat(templates.apply(Shape.TEN_KB), bench.effort().heating());
            archive.heat(templates.apply(Shape.HALF_MB), bench.effort().heating());
        }
        int bytes = Math.toIntExact(templates.apply(Shape.HALF_MB).fileBytes());
        for (int round = 0; round < bench.effort().rounds(); round++) {
            Duration duration = bench.effort().window().measured();
            durableRate.add(DiskProbe.filesPerSecond(bench.folder(), MANY, bytes, duration));
            for (Case each : cases) {
                ObjectTemplate template = templates.apply(each.shape());
                bench.measure(
                        round,
                        each.row(),
                        archives,
                        archive -> archive.store(
                                template,
                                each.parts(),
                                each.clients(),
                                bench.effort().window()));
            }
        }
        bench.report()
                .addFact("the file system itself: %s durable files of 525 kB a second (%s MB/s), %d writers"
                        .formatted(
                                Table.number(durableRate.median()),
                                Table.number(durableRate.median() * bytes / 1e6),
                                MANY));
    }
}
