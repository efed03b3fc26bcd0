package org.isocenter.server;

/// What is kept in memory between requests.
public record CacheSettings(long metadataBytes, long thumbnailBytes) {}
