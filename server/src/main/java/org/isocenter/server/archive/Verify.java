package org.isocenter.server.archive;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.isocenter.server.blob.AwayException;
import org.isocenter.server.blob.BlobKey;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.blob.BlobRef;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.CorruptBlobException;
import org.isocenter.server.blob.MissingBlobException;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.BlobRows;
import org.isocenter.server.index.BlobRows.BlobRow;
import org.isocenter.server.index.BlobRows.Kind;

/// Checks that rows and blobs belong together, in both directions: every row's blob is there and has the
/// row's digest; every blob has a row or is on its way out; and counts equal what is there. Safe beside a
/// server that is storing.
public final class Verify {
    private static final int PAGE = 500;

    private final Database database;
    private final BlobStore blobs;
    private final Retention retention;

    public Verify(Database database, BlobStore blobs, Retention retention) {
        this.database = database;
        this.blobs = blobs;
        this.retention = retention;
    }

    /// What was found.
    ///
    /// @param missing rows whose blob is not there, of instances, of the forms kept beside them and of
    ///     former versions
    /// @param corrupt rows whose blob has other bytes
    /// @param orphans blobs without a row, older than the time an unfinished store is given
    /// @param miscounted studies and series whose counts are not what is there
    /// @param away rows whose blob could not be looked at, since its storage class or the folder that it
    ///     links to is not there
    public record Report(
            long instances, long bytes, long missing, long corrupt, long orphans, long miscounted, long away) {
        /// Whether everything was looked at and nothing is wrong.
        public boolean sound() {
            return missing == 0 && corrupt == 0 && miscounted == 0 && away == 0;
        }
    }

    /// Checks everything.
    ///
    /// @param findings told each fault in one line, without anything about a patient
    /// @param progress told how many instances have been checked
    public Report verify(Consumer<String> findings, Consumer<Long> progress) {
        Tally tally = new Tally();
        for (Kind kind : Kind.values()) {
            verify(kind, tally, findings, progress);
        }
        long orphans = orphans(findings);
        List<String> miscounted = database.query(session -> new BlobRows(session).miscounted(PAGE));
        miscounted.forEach(row -> findings.accept("miscounted: " + row));
        return new Report(
                tally.instances, tally.bytes, tally.missing, tally.corrupt, orphans, miscounted.size(), tally.away);
    }

    private static final class Tally {
        long instances;
        long bytes;
        long missing;
        long corrupt;
        long away;
        final Set<String> placesAway = new HashSet<>();
    }

    private void verify(Kind kind, Tally tally, Consumer<String> findings, Consumer<Long> progress) {
        String of = switch (kind) {
            case STORED -> " of instance row ";
            case KEPT -> " kept beside instance row ";
            case FORMER -> " of version row ";
        };
        long last = 0;
        while (true) {
            long after = last;
            List<BlobRow> page = database.query(session -> new BlobRows(session).page(kind, after, PAGE));
            if (page.isEmpty()) {
                return;
            }
            for (BlobRow row : page) {
                switch (check(kind, row)) {
                    case Finding.Sound sound -> {}
                    case Finding.Missing missing -> {
                        tally.missing++;
                        findings.accept("missing: blob " + row.bytes().blob() + of + row.key());
                    }
                    case Finding.Corrupt corrupt -> {
                        tally.corrupt++;
                        findings.accept("corrupt: blob " + row.bytes().blob() + of + row.key());
                    }
                    case Finding.Away away -> {
                        tally.away++;
                        if (tally.placesAway.add(away.place)) {
                            findings.accept("away: " + away.place);
                        }
                    }
                }
                tally.instances += kind == Kind.STORED ? 1 : 0;
                tally.bytes += row.bytes().lengthBytes();
            }
            last = page.getLast().key();
            progress.accept(tally.instances);
        }
    }

    private sealed interface Finding {
        record Sound() implements Finding {}

        record Missing() implements Finding {}

        record Corrupt() implements Finding {}

        /// @param place that is not there, in words for people
        record Away(String place) implements Finding {}
    }

    private Finding check(Kind kind, BlobRow row) {
        Finding finding = digest(row);
        if (finding instanceof Finding.Sound) {
            return finding;
        }
        // The instance may have been deleted, replaced or moved between reading its row and reading its blob.
        BlobRow now = database.query(session -> new BlobRows(session).find(kind, row.key()));
        if (now == null) {
            return new Finding.Sound();
        }
        return now.bytes().blob().equals(row.bytes().blob()) ? finding : digest(now);
    }

    private Finding digest(BlobRow row) {
        BlobRef ref = new BlobRef(
                BlobKey.parse(row.bytes().blob()),
                row.bytes().lengthBytes(),
                row.bytes().sha256(),
                row.bytes().crc32c());
        MessageDigest digest = sha256();
        try (BlobReader reader = blobs.open(ref)) {
            reader.transfer(0, ref.lengthBytes(), digest::update);
            return Arrays.equals(digest.digest(), ref.sha256()) ? new Finding.Sound() : new Finding.Corrupt();
        } catch (MissingBlobException missing) {
            return new Finding.Missing();
        } catch (CorruptBlobException corrupt) {
            return new Finding.Corrupt();
        } catch (AwayException away) {
            return new Finding.Away(away.place());
        }
    }

    private long orphans(Consumer<String> findings) {
        java.time.Instant young = java.time.Instant.now().minus(retention.orphan());
        List<String> page = new ArrayList<>();
        Set<String> found = new HashSet<>();
        blobs.forEach((key, lengthBytes, written, partial) -> {
            if (written.isBefore(young)) {
                page.add(key.toString());
                if (page.size() == PAGE) {
                    found.addAll(unreferenced(page));
                    page.clear();
                }
            }
        });
        found.addAll(unreferenced(page));
        found.forEach(blob -> findings.accept("orphan: blob " + blob));
        return found.size();
    }

    private List<String> unreferenced(List<String> page) {
        return page.isEmpty() ? List.of() : database.query(session -> new BlobRows(session).unreferenced(page));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
