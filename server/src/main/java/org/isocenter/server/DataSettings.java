package org.isocenter.server;

import java.nio.file.Path;
import java.util.List;
import org.isocenter.server.blob.StorageClass;

/// Where the server keeps its files.
public record DataSettings(Path dir, List<StorageClass> classes) {}
