package org.isocenter.server;

/// The bounds on what a client may make the server parse. Each is a wall against hostile input, far beyond
/// what honest files need.
public record LimitSettings(
        int nestingMax,
        int elementsMax,
        int itemsMax,
        long valueMemoryMaxBytes,
        int inflateRatioMax,
        long inflateFreeBytes,
        int fragmentsMax,
        long partHeaderMaxBytes) {}
