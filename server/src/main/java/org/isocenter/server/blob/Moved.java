package org.isocenter.server.blob;

/// A blob that has been copied to a new key and will shortly lose its old one.
public record Moved(BlobKey from, BlobKey to) {}
