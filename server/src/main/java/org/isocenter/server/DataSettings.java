package org.isocenter.server;

import java.nio.file.Path;

/// Where the server keeps its files.
public record DataSettings(Path dir) {}
