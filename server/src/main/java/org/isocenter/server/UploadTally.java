package org.isocenter.server;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What has become of each file so far. Many threads write to it.
final class UploadTally {

    /// A file that was not stored, and why.
    record Refused(String name, String reason) {}

    /// So many refusals are kept by name; the rest is only counted.
    private static final int MAX_NAMED = 10_000;

    private final List<Refused> refused = new ArrayList<>();
    private final Map<String, Integer> warnings = new TreeMap<>();
    private long answeredStored;
    private long alreadyThere;
    private long withWarnings;
    private long refusedCount;
    private long skippedOther;
    private long skippedDirectories;
    private long storedBytes;

    synchronized void store(Upload upload) {
        answeredStored++;
        storedBytes += upload.sizeBytes();
    }

    synchronized void warn(String warning) {
        withWarnings++;
        warnings.merge(warning, 1, Integer::sum);
    }

    /// So many of the stored ones the server had before.
    synchronized void alreadyThere(long count) {
        alreadyThere += count;
    }

    synchronized void refuse(String name, String reason) {
        refusedCount++;
        if (refused.size() < MAX_NAMED) {
            refused.add(new Refused(printable(name), printable(reason)));
        }
    }

    synchronized void skipOther() {
        skippedOther++;
    }

    synchronized void skipDirectory() {
        skippedDirectories++;
    }

    synchronized long storedCount() {
        return Math.max(0, answeredStored - alreadyThere);
    }

    synchronized long alreadyThereCount() {
        return alreadyThere;
    }

    synchronized long refusedCount() {
        return refusedCount;
    }

    synchronized long skippedOtherCount() {
        return skippedOther;
    }

    synchronized long skippedDirectoriesCount() {
        return skippedDirectories;
    }

    synchronized Map<String, Integer> warnings() {
        return Map.copyOf(warnings);
    }

    synchronized List<Refused> refused() {
        return List.copyOf(refused);
    }

    /// The closing words of an upload.
    synchronized void print(PrintWriter out, Duration time) {
        double seconds = Math.max(1e-3, time.toMillis() / 1e3);
        double megabytes = storedBytes / 1e6;
        out.printf(
                Locale.ROOT,
                "%d %s, %.1f MB in %.1f s (%.1f MB/s)%n",
                answeredStored + refusedCount,
                answeredStored + refusedCount == 1 ? "file" : "files",
                megabytes,
                seconds,
                megabytes / seconds);
        printCount(out, "stored", storedCount());
        printCount(out, "already there", alreadyThere);
        printCount(out, "stored with warnings", withWarnings);
        printCount(out, "refused", refusedCount);
        printCount(out, "skipped, DICOMDIR", skippedDirectories);
        printCount(out, "skipped, not DICOM", skippedOther);
        if (!warnings.isEmpty()) {
            out.printf("%nWarnings%n");
            warnings.forEach((warning, count) -> out.printf(Locale.ROOT, "%7d × %s%n", count, warning));
        }
        if (!refused.isEmpty()) {
            out.printf("%nRefused%n");
            for (Refused file : refused) {
                out.printf("  %s%n      %s%n", file.name(), file.reason());
            }
            if (refusedCount > refused.size()) {
                out.printf(Locale.ROOT, "  and %d more%n", refusedCount - refused.size());
            }
        }
    }

    private static void printCount(PrintWriter out, String what, long count) {
        if (count > 0) {
            out.printf(Locale.ROOT, "%9d %s%n", count, what);
        }
    }

    /// Names of files and words of servers may hold anything; a terminal shall not act on it.
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
