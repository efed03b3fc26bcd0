package org.isocenter.server.blob;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// The few calls by which a store changes or reads the file system, in one place so that a test can let any
/// of them fail.
class Disk {
    FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, options);
    }

    void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    boolean delete(Path file) throws IOException {
        return Files.deleteIfExists(file);
    }

    /// Makes a folder if it is not there. The one that it is to lie in has to be.
    void createDirectory(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException there) {
            if (!Files.isDirectory(folder)) {
                throw there;
            }
        }
    }

    /// Makes the names in a folder durable. Windows knows no such call, and its file system journals names
    /// itself.
    void syncDirectory(Path folder) throws IOException {
        if (File.separatorChar == '/') {
            try (FileChannel channel = open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
