package org.isocenter.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.isocenter.server.archive.FileHead;

/// Finds what is to be sent: DICOM files, by what they hold and not by what they are called, in folders and
/// in ZIPs.
///
/// Entries of a ZIP are inflated while they are sent. Nothing is ever written under a name that a ZIP
/// contains, and an entry that inflates beyond all proportion is cut off.
final class UploadGathering {

    private static final long INFLATE_FREE_BYTES = 64L << 20;
    private static final long INFLATE_RATIO_MAX = 200;

    private final UploadTally tally;
    private final UploadProgress progress;
    private final Predicate<Upload> sink;

    /// @param sink takes each find; false ends the search
    UploadGathering(UploadTally tally, UploadProgress progress, Predicate<Upload> sink) {
        this.tally = tally;
        this.progress = progress;
        this.sink = sink;
    }

    void gather(List<Path> paths) {
        FileWalk walk = new FileWalk(paths, (folder, e) -> tally.refuse(folder.toString(), reasonOf(e)));
        boolean wanted = true;
        while (wanted && walk.hasNext()) {
            wanted = gatherFile(walk.next());
        }
    }

    private boolean gatherFile(Path file) {
        long sizeBytes = 0;
        try {
            sizeBytes = Files.size(file);
            FileHead head = headOf(Files.newInputStream(file));
            if (head.kind() == FileHead.Kind.ZIP) {
                boolean wanted = gatherZip(file);
                progress.advance(sizeBytes);
                return wanted;
            }
            Upload upload =
                    new Upload(file.toString(), sizeBytes, head.sopInstanceUid(), () -> Files.newInputStream(file));
            return accept(upload, head.kind(), sizeBytes);
        } catch (IOException e) {
            progress.advance(sizeBytes);
            tally.refuse(file.toString(), reasonOf(e));
            return true;
        }
    }

    private boolean gatherZip(Path file) throws IOException {
        Set<String> names = new HashSet<>();
        try (ZipFile zip = open(file)) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (!entry.isDirectory() && !gatherEntry(file, zip, entry, names)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean gatherEntry(Path file, ZipFile zip, ZipEntry entry, Set<String> names) {
        String name = file + "!" + entry.getName();
        if (!names.add(entry.getName())) {
            tally.refuse(name, "the ZIP holds several files of this name; unpack it to send them all");
            return true;
        }
        try {
            FileHead head = headOf(zip.getInputStream(entry));
            long sizeBytes = Math.max(0, entry.getSize());
            Upload upload = new Upload(name, sizeBytes, head.sopInstanceUid(), () -> openEntry(file, entry.getName()));
            progress.expect(head.kind() == FileHead.Kind.INSTANCE ? sizeBytes : 0);
            return accept(upload, head.kind(), 0);
        } catch (IOException e) {
            tally.refuse(name, reasonOf(e));
            return true;
        }
    }

    private boolean accept(Upload upload, FileHead.Kind kind, long skippedBytes) {
        return switch (kind) {
            case INSTANCE -> sink.test(upload);
            case DIRECTORY -> {
                tally.skipDirectory();
                progress.advance(skippedBytes);
                yield true;
            }
            case OTHER, ZIP -> {
                tally.skipOther();
                progress.advance(skippedBytes);
                yield true;
            }
        };
    }

    private static FileHead headOf(InputStream in) throws IOException {
        try (in) {
            return FileHead.of(in.readNBytes(FileHead.LENGTH_BYTES));
        }
    }

    /// Any bytes can stand for the name of an entry in this character set; the names are only shown.
    private static ZipFile open(Path file) throws IOException {
        return new ZipFile(file.toFile(), StandardCharsets.ISO_8859_1);
    }

    private static InputStream openEntry(Path file, String name) throws IOException {
        ZipFile zip = open(file);
        try {
            ZipEntry entry = zip.getEntry(name);
            if (entry == null) {
                throw new ZipException("the entry is gone");
            }
            long capBytes = Math.max(INFLATE_FREE_BYTES, entry.getCompressedSize() * INFLATE_RATIO_MAX);
            return new EntryStream(zip.getInputStream(entry), zip, capBytes);
        } catch (IOException e) {
            zip.close();
            throw e;
        }
    }

    private static String reasonOf(IOException e) {
        return "cannot be read: " + e.getMessage();
    }

    /// The bytes of an entry, which closes its ZIP with it.
    private static final class EntryStream extends BoundedStream {
        private final ZipFile zip;

        EntryStream(InputStream in, ZipFile zip, long maxBytes) {
            super(in, maxBytes, "inflates to more than %d times its size".formatted(INFLATE_RATIO_MAX));
            this.zip = zip;
        }

        @Override
        public void close() throws IOException {
            try (zip) {
                super.close();
            }
        }
    }
}
