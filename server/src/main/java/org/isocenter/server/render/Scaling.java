package org.isocenter.server.render;

/// Brings one side of a picture to another length: by the mean of what a pixel covers where it becomes
/// shorter, in between the two nearest pixels where it becomes longer.
final class Scaling {
    /// For each pixel of the new side, the first one of the old side that it is made of.
    private final int[] first;
    /// And the shares of that and the next ones, which sum up to 1.
    private final float[][] shares;

    /// @param start where the part begins that is scaled, in pixels of the old side
    /// @param length of that part
    /// @param from the pixels of the old side
    /// @param to the pixels of the new one
    /// @param reversed whether the last pixel comes first
    Scaling(double start, double length, int from, int to, boolean reversed) {
        first = new int[to];
        shares = new float[to][];
        double step = length / to;
        for (int i = 0; i < to; i++) {
            int place = reversed ? to - 1 - i : i;
            if (step > 1) {
                mean(place, start + i * step, start + (i + 1) * step, from);
            } else {
                between(place, start + (i + 0.5) * step - 0.5, from);
            }
        }
    }

    private void mean(int place, double begin, double end, int from) {
        int low = Math.clamp((int) begin, 0, from - 1);
        int high = Math.clamp((int) Math.ceil(end) - 1, low, from - 1);
        float[] share = new float[high - low + 1];
        double sum = 0;
        for (int k = low; k <= high; k++) {
            double covered = Math.max(0, Math.min(k + 1, end) - Math.max(k, begin));
            share[k - low] = (float) covered;
            sum += covered;
        }
        for (int k = 0; k < share.length; k++) {
            share[k] = sum > 0 ? (float) (share[k] / sum) : 1f / share.length;
        }
        first[place] = low;
        shares[place] = share;
    }

    private void between(int place, double at, int from) {
        double bounded = Math.clamp(at, 0, from - 1);
        int low = Math.min((int) bounded, Math.max(0, from - 2));
        float upper = (float) (bounded - low);
        first[place] = low;
        shares[place] = from == 1 || upper == 0 ? new float[] {1} : new float[] {1 - upper, upper};
    }

    /// A picture with both sides scaled.
    static Canvas scaled(Canvas picture, Scaling across, Scaling down) {
        int components = picture.components();
        int stride = picture.width() * components;
        int width = across.first.length;
        int height = down.first.length;
        byte[] from = picture.pixels();
        byte[] to = new byte[width * height * components];
        float[] row = new float[stride];
        int out = 0;
        for (int y = 0; y < height; y++) {
            gather(from, down.first[y] * stride, down.shares[y], row);
            for (int x = 0; x < width; x++) {
                float[] shares = across.shares[x];
                int at = across.first[x] * components;
                for (int i = 0; i < components; i++) {
                    float sum = 0.5f;
                    for (int k = 0; k < shares.length; k++) {
                        sum += shares[k] * row[at + i + k * components];
                    }
                    to[out++] = (byte) Math.min(255, (int) sum);
                }
            }
        }
        return new Canvas(width, height, components, to);
    }

    /// The rows that a new one is made of, added up by their shares.
    private static void gather(byte[] from, int start, float[] shares, float[] row) {
        float share = shares[0];
        for (int x = 0; x < row.length; x++) {
            row[x] = share * (from[start + x] & 0xFF);
        }
        for (int k = 1; k < shares.length; k++) {
            share = shares[k];
            int at = start + k * row.length;
            for (int x = 0; x < row.length; x++) {
                row[x] += share * (from[at + x] & 0xFF);
            }
        }
    }
}
