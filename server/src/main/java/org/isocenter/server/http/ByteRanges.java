package org.isocenter.server.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a `Range` header asks of a body of known length (RFC 9110 section 14).
public sealed interface ByteRanges {
    int RANGES_MAX = 16;

    /// The whole body: no header, one that is not understood, or one that asks for too many pieces.
    record All() implements ByteRanges {}

    /// One piece, both ends included.
    record One(long first, long last) implements ByteRanges {
        public long lengthBytes() {
            return last - first + 1;
        }
    }

    /// Two to 16 pieces that do not overlap, in the order asked for unless some had to be joined.
    record Several(List<One> ranges) implements ByteRanges {
        public Several {
            ranges = List.copyOf(ranges);
        }
    }

    /// Well formed, but nothing of it is there: 416.
    record Unsatisfiable() implements ByteRanges {}

    static ByteRanges parse(@Nullable String rangeHeader, long lengthBytes) {
        if (rangeHeader == null || !rangeHeader.regionMatches(true, 0, "bytes=", 0, 6)) {
            return new All();
        }
        String[] specs = rangeHeader.substring(6).split(",", RANGES_MAX + 2);
        if (specs.length > RANGES_MAX) {
            return new All();
        }
        List<One> ranges = new ArrayList<>();
        for (String spec : specs) {
            switch (range(spec.strip(), lengthBytes)) {
                case One one -> ranges.add(one);
                case Unsatisfiable ignored -> {}
                case All all -> {
                    return all;
                }
                case Several several -> ranges.addAll(several.ranges);
            }
        }
        List<One> joined = join(ranges);
        return switch (joined.size()) {
            case 0 -> new Unsatisfiable();
            case 1 -> joined.getFirst();
            default -> new Several(joined);
        };
    }

    private static ByteRanges range(String spec, long lengthBytes) {
        int dash = spec.indexOf('-');
        if (dash < 0 || spec.length() == 1 || !isDigits(spec, 0, dash) || !isDigits(spec, dash + 1, spec.length())) {
            return new All();
        }
        boolean open = dash == spec.length() - 1;
        long last = open ? Long.MAX_VALUE : number(spec, dash + 1, spec.length());
        if (dash == 0) {
            return last == 0 || lengthBytes == 0
                    ? new Unsatisfiable()
                    : new One(Math.max(0, lengthBytes - last), lengthBytes - 1);
        }
        long first = number(spec, 0, dash);
        if (last < first) {
            return new All();
        }
        return first >= lengthBytes ? new Unsatisfiable() : new One(first, Math.min(last, lengthBytes - 1));
    }

    private static boolean isDigits(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /// A number beyond every length stays there.
    private static long number(String digits, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number > Long.MAX_VALUE / 10 - 1 ? Long.MAX_VALUE : number * 10 + (digits.charAt(i) - '0');
        }
        return number;
    }

    private static List<One> join(List<One> ranges) {
        List<One> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingLong(One::first));
        List<One> joined = new ArrayList<>();
        for (One next : sorted) {
            One before = joined.isEmpty() ? null : joined.getLast();
            if (before != null && next.first <= before.last) {
                joined.set(joined.size() - 1, new One(before.first, Math.max(before.last, next.last)));
            } else {
                joined.add(next);
            }
        }
        return joined.size() == ranges.size() ? ranges : joined;
    }
}
