package org.isocenter.codec.jpeg2000;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The packets of a tile, one after the other (T.800 B.12).
///
/// Every order is one of sorted precincts that fall into groups, where each group has the first layer of
/// all its precincts, then the second, and so on: LRCP has one group, RLCP one for each resolution, and in
/// the others, whose layers run fastest, every precinct is a group. A packet that an earlier progression
/// has had is left out.
final class PacketOrder {
    private final List<Precinct> all;
    private final Iterator<Progression> progressions;
    private final int layers;
    private long left;

    private Precinct[] sorted = {};
    private Progression.Order order = Progression.Order.LRCP;
    private int layerEnd;
    private int groupStart;
    private int groupEnd;
    private int layer;
    private int position;

    PacketOrder(List<Precinct> precincts, TileParameters parameters) {
        all = precincts;
        progressions = parameters.progressions().iterator();
        layers = parameters.layers();
        left = (long) precincts.size() * layers;
    }

    /// How many packets are still to come, if progressions do not leave any out.
    long left() {
        return left;
    }

    /// The precinct of the next packet, whose layer is `precinct.layers - 1`; null at the end.
    @Nullable
    Precinct next() {
        while (left > 0) {
            while (layer < layerEnd) {
                while (position < groupEnd) {
                    Precinct precinct = sorted[position++];
                    if (precinct.layers == layer) {
                        precinct.layers++;
                        left--;
                        return precinct;
                    }
                }
                position = groupStart;
                layer++;
            }
            if (groupEnd < sorted.length) {
                beginGroup(groupEnd);
            } else if (progressions.hasNext()) {
                begin(progressions.next());
            } else {
                return null;
            }
        }
        return null;
    }

    private void begin(Progression progression) {
        order = progression.order();
        layerEnd = Math.min(layers, progression.layers());
        sorted = all.stream()
                .filter(precinct -> precinct.layers < layerEnd && progression.includes(precinct))
                .sorted(comparator(order))
                .toArray(Precinct[]::new);
        beginGroup(0);
    }

    private void beginGroup(int start) {
        groupStart = start;
        position = start;
        layer = 0;
        int end = start;
        while (end < sorted.length && isOfGroup(sorted[start], sorted[end])) {
            end++;
        }
        groupEnd = end;
    }

    private boolean isOfGroup(Precinct first, Precinct other) {
        return switch (order) {
            case LRCP -> true;
            case RLCP -> first.resolution.number == other.resolution.number;
            case RPCL, PCRL, CPRL -> first == other;
        };
    }

    private static Comparator<Precinct> comparator(Progression.Order order) {
        Comparator<Precinct> resolution = Comparator.comparingInt(p -> p.resolution.number);
        Comparator<Precinct> component = Comparator.comparingInt(p -> p.resolution.component);
        Comparator<Precinct> number = Comparator.comparingInt(p -> p.number);
        Comparator<Precinct> place =
                Comparator.<Precinct>comparingInt(p -> p.referenceY).thenComparingInt(p -> p.referenceX);
        return switch (order) {
            case LRCP, RLCP -> resolution.thenComparing(component).thenComparing(number);
            case RPCL -> resolution.thenComparing(place).thenComparing(component);
            case PCRL -> place.thenComparing(component).thenComparing(resolution);
            case CPRL -> component.thenComparing(place).thenComparing(resolution);
        };
    }
}
