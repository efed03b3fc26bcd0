package org.isocenter.bench;

/// How large the objects of a workload are: square images of 16 bits a pixel.
enum Shape {
    TWO_KB("2 kB", 16, 1),
    TEN_KB("10 kB", 64, 1),
    HALF_MB("525 kB", 512, 1),
    FIFTY_MB("50 MB", 512, 96),
    /// As many frames as the 32-bit length of native pixel data allows.
    FOUR_GIB("4 GiB", 512, 8191);

    final String title;
    final int side;
    final int frames;

    Shape(String title, int side, int frames) {
        this.title = title;
        this.side = side;
        this.frames = frames;
    }

    int frameBytes() {
        return side * side * 2;
    }

    long pixelBytes() {
        return (long) frameBytes() * frames;
    }
}
