package org.isocenter.bench;

/// Counts of latencies in buckets that grow with the value, so that every percentile is within 1.6 %.
///
/// Each power of two is cut into 64 buckets of equal width; values below 64 have a bucket each.
final class Histogram {

    private static final int SUB_BITS = 6;
    private static final int SUB_BUCKETS = 1 << SUB_BITS;

    private final long[] counts = new long[(Long.SIZE - SUB_BITS) * SUB_BUCKETS];
    private long total;

    void add(long nanoseconds) {
        counts[bucketOf(Math.max(0, nanoseconds))]++;
        total++;
    }

    void addAll(Histogram other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
    }

    long count() {
        return total;
    }

    /// The value that the given share (0 to 1) of all values does not exceed; 0 when there are none.
    long percentile(double share) {
        long wanted = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return middleOf(i);
            }
        }
        return 0;
    }

    private static int bucketOf(long value) {
        if (value < SUB_BUCKETS) {
            return (int) value;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - SUB_BITS;
        return ((shift + 1) << SUB_BITS) + (int) (value >>> shift) - SUB_BUCKETS;
    }

    private static long middleOf(int bucket) {
        if (bucket < 2 * SUB_BUCKETS) {
            return bucket;
        }
        int shift = (bucket >>> SUB_BITS) - 1;
        long lower = (long) ((bucket & (SUB_BUCKETS - 1)) + SUB_BUCKETS) << shift;
        return lower + (1L << shift) / 2;
    }
}
