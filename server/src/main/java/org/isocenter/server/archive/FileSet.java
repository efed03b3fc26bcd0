package org.isocenter.server.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final String ROOT = "DICOM";

    private final Zip zip;
    private final MediaDirectory directory = new MediaDirectory();
    private final Map<String, String> folders = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();

    public FileSet(OutputStream out) {
        this.zip = new Zip(out);
    }

    /// Stores are copied through a buffer of some size, not through the small one of the JDK.
    private static final class Zip extends ZipOutputStream {
        Zip(OutputStream out) {
            super(out);
            setLevel(Deflater.NO_COMPRESSION);
            buf = new byte[BUFFER_BYTES];
        }
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
        zip.putNextEntry(new ZipEntry(String.join("/", ROOT, study, series, file)));
        content.write(zip);
        zip.closeEntry();
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
        zip.putNextEntry(new ZipEntry(MediaDirectory.FILE_ID));
        Part10Writer.write(directory.toPart10(), BulkSource.NONE, zip);
        zip.closeEntry();
        // Only now: what ends early must not look whole.
        zip.close();
    }

    /// Passes bytes on, wherever they are.
    public static void copy(ByteBuffer bytes, OutputStream out) throws IOException {
        if (bytes.hasArray()) {
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        } else {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            out.write(copy);
        }
    }
}
