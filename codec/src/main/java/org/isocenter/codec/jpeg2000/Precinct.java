package org.isocenter.codec.jpeg2000;

/// The code-blocks of a precinct in one band.
final class Precinct {
    final CodeBlock[] blocks;
    final int across;
    final TagTree inclusion;
    final TagTree zeroBitPlanes;

    Precinct(CodeBlock[] blocks, int across, int down) {
        this.blocks = blocks;
        this.across = across;
        this.inclusion = new TagTree(across, down);
        this.zeroBitPlanes = new TagTree(across, down);
    }
}
