package org.isocenter.server.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.MediaDirectory;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.server.index.Located;
import org.isocenter.server.telemetry.CrashPoint;

/// Instances as the files of a medium, in one ZIP: a folder for each study and series, and at the end the
/// DICOMDIR that tells what is in them (PS3.10 section 8, PS3.3 annex F). Nothing is compressed anew, since
/// pixels that are worth it are compressed already.
public final class FileSet {
    /// The directory is held in memory until it is written, about a kilobyte for each.
    public static final int INSTANCES_MAX = 50_000;

    private static final String ROOT = "DICOM";

    private final StoredZip zip;
    private final MediaDirectory directory = new MediaDirectory();
    private final Map<String, String> folders = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();

    /// @param sink takes the bytes of the ZIP
    public FileSet(Sink sink) {
        this.zip = new StoredZip(sink);
    }

    /// Takes the bytes of a buffer, all of them, before it returns.
    @FunctionalInterface
    public interface Sink {
        void write(ByteBuffer bytes) throws IOException;
    }

    /// Writes the bytes of a file.
    @FunctionalInterface
    public interface Content {
        void write(OutputStream out) throws IOException;
    }

    /// Adds an instance.
    ///
    /// @param syntax the UID of the transfer syntax that its bytes are in
    public void add(Located located, Head head, String syntax, Content content) throws IOException {
        String study = folder("ST", located.identity().studyUid(), ROOT);
        String series = folder("SE", located.identity().seriesUid(), study);
        String file = next("IM", series);
        directory.add(head.dataSet(), syntax, ROOT, study, series, file);
        // Not closed where the content fails: what ends early must not look whole.
        StoredZip.Entry entry = zip.begin(String.join("/", ROOT, study, series, file));
        content.write(entry);
        entry.close();
        CrashPoint.BODY_HALF_SENT.pass();
    }

    private String folder(String kind, String uid, String around) {
        return folders.computeIfAbsent(around + "/" + uid, _ -> next(kind, around));
    }

    private String next(String kind, String around) {
        return "%s%06d".formatted(kind, counts.merge(around + "/" + kind, 1, Integer::sum));
    }

    /// Writes the directory and ends.
    public void finish() throws IOException {
        StoredZip.Entry entry = zip.begin(MediaDirectory.FILE_ID);
        Part10Writer.write(directory.toPart10(), BulkSource.NONE, entry);
        entry.close();
        zip.finish();
    }

    /// Passes bytes on, wherever they are.
    public static void copy(ByteBuffer bytes, OutputStream out) throws IOException {
        if (out instanceof StoredZip.Entry entry) {
            entry.write(bytes);
        } else if (bytes.hasArray()) {
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        } else {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            out.write(copy);
        }
    }
}
