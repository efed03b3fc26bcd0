package org.isocenter.server.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.pixel.ImagePixel;
import org.isocenter.server.archive.FrameBytes.Piece;
import org.isocenter.server.blob.AwayException;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.blob.BlobRef;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.BlobWriter;
import org.isocenter.server.blob.MissingBlobException;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.IndexReader;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.OtherForms;
import org.isocenter.server.index.OtherForms.Received;
import org.isocenter.server.index.QuotaRows;
import org.isocenter.server.index.RetiredBlobs;
import org.isocenter.server.index.StoredBytes;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;

/// Puts stored instances into HTJ2K, without loss and by resolution, beside what was received or in its
/// place.
///
/// Nothing is believed: the other form is written, read back and decoded, and compared with what was
/// stored, before a row tells of it. A form that is to take the place of native pixels has to give back,
/// with what stood before and behind them, the bytes that were received, by their SHA-256; so these can be
/// had at any time. What cannot be proven is left as it is.
///
/// A crash leaves a blob without a row, which a sweep removes. The bytes that were replaced are kept as
/// long as those of deleted instances.
public final class Recode {
    /// The transfer syntax that instances are put into.
    public static final TransferSyntax TO = TransferSyntax.HTJ2K_LOSSLESS_RPCL;

    private static final int PAGE = 200;

    /// More around the pixels than this is not kept in the index, and so is not replaced.
    private static final long AROUND_BYTES_MAX = 4 << 20;

    /// What becomes of what was received.
    public enum Keeping {
        /// It stays, and the other form is kept beside it.
        BOTH,
        /// The other form takes its place.
        NEW
    }

    /// What became of an instance.
    public sealed interface Outcome {
        /// It has another form now.
        record Done(long bytesBefore, long bytesOfForm) implements Outcome {}

        /// It was left as it is.
        record Left(String why) implements Outcome {}
    }

    /// An instance and what became of it.
    @FunctionalInterface
    public interface Observer {
        void observe(Identity identity, Outcome outcome);
    }

    private final Database database;
    private final BlobStore blobs;
    private final Retrieve retrieve;
    private final Retention retention;
    private final Keeping keeping;

    public Recode(Database database, BlobStore blobs, Retention retention, Keeping keeping) {
        this.database = database;
        this.blobs = blobs;
        this.retention = retention;
        this.keeping = keeping;
        retrieve = new Retrieve(database, blobs);
    }

    /// Goes through all instances, oldest first, until the thread is interrupted.
    public void all(Observer observer) {
        long last = 0;
        while (!Thread.currentThread().isInterrupted()) {
            long after = last;
            List<Located> page = database.query(session -> new OtherForms(session).candidates(after, TO.uid(), PAGE));
            if (page.isEmpty()) {
                return;
            }
            for (Located candidate : page) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                observer.observe(candidate.identity(), recode(candidate.identity()));
            }
            last = page.getLast().key();
        }
    }

    /// Puts an instance into the other form where that can be, and it is worth it.
    public Outcome recode(Identity identity) {
        Located located = database.<@Nullable Located>query(session -> new IndexReader(session).findInstance(identity));
        if (located == null) {
            return new Outcome.Left("it is gone");
        }
        TransferSyntax from = TransferSyntax.find(located.transferSyntax());
        if (from == null || from.equals(TO) || from.lossy()) {
            return new Outcome.Left("it is in " + located.transferSyntax());
        }
        Head head = retrieve.head(located);
        if (keeping == Keeping.NEW && !isReplaceable(from, head, located)) {
            return new Outcome.Left("its bytes could not be made again");
        }
        Conversion conversion = Conversion.find(head, from, TO);
        if (conversion == null || !head.dataSet().contains(Tag.PixelData)) {
            return new Outcome.Left("it has no pixels that can be in it");
        }
        try (BlobReader stored = retrieve.open(located)) {
            return recode(new Original(located, head, from, stored), conversion);
        } catch (MissingBlobException gone) {
            return new Outcome.Left("it is gone");
        } catch (AwayException away) {
            return new Outcome.Left(String.valueOf(away.getMessage()));
        } catch (MalformedException broken) {
            return new Outcome.Left("it cannot be decoded: " + broken.getMessage());
        } catch (IOException failed) {
            throw new UnavailableException("an instance could not be read", failed);
        }
    }

    /// An instance as it is stored now.
    private record Original(Located located, Head head, TransferSyntax syntax, BlobReader blob) {
        FrameBytes frames() {
            return new FrameBytes(head, syntax, blob);
        }

        /// Where its native pixels are, or all of its fragments.
        Value pixels() {
            return Objects.requireNonNull(head.dataSet().find(Tag.PixelData)).value();
        }
    }

    private static boolean isReplaceable(TransferSyntax from, Head head, Located located) {
        Element pixels = head.dataSet().find(Tag.PixelData);
        return !from.encapsulated()
                && !from.deflated()
                && !from.bigEndian()
                && pixels != null
                && pixels.value() instanceof Value.Bulk bulk
                && located.bytes().lengthBytes() - bulk.lengthBytes() <= AROUND_BYTES_MAX;
    }

    private Outcome recode(Original original, Conversion conversion) throws IOException, MalformedException {
        long before = original.located.bytes().lengthBytes();
        BlobRef ref;
        String storageClass =
                Partitions.storageClass(database, original.located.identity().partition());
        try (BlobWriter writer = blobs.write(storageClass)) {
            conversion.write(original.frames(), new BlobOutput(writer));
            if (keeping == Keeping.NEW && writer.lengthBytes() >= before) {
                return new Outcome.Left("it would not be smaller");
            }
            ref = writer.finish().store();
        }
        CrashPoint.RECODED_STORED.pass();
        boolean told = false;
        try (BlobReader blob = blobs.open(ref)) {
            Head head = Head.of(blob);
            Located form = new Located(
                    original.located.key(),
                    original.located.identity(),
                    original.located.sopClassUid(),
                    TO.uid(),
                    original.located.revision(),
                    new StoredBytes(ref.key().toString(), ref.lengthBytes(), ref.sha256(), ref.chunkCrc32c()),
                    head.encode());
            FrameBytes frames = new FrameBytes(head, TO, blob);
            told = switch (keeping) {
                case BOTH -> sameFrames(original, head, frames) && keep(original.located, form);
                case NEW -> {
                    Received received = received(original);
                    yield isMadeAgain(original, received, head, frames) && replace(original.located, form, received);
                }
            };
            return told
                    ? new Outcome.Done(before, ref.lengthBytes())
                    : new Outcome.Left("it was changed meanwhile, or does not come back bit for bit");
        } finally {
            if (!told) {
                blobs.delete(ref.key());
            }
        }
    }

    /// Whether both forms decode to the same samples, frame by frame.
    private static boolean sameFrames(Original original, Head head, FrameBytes frames)
            throws IOException, MalformedException {
        TransferSyntax plain = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
        Conversion one = Conversion.find(original.head, original.syntax, plain);
        Conversion other = Conversion.find(head, TO, plain);
        if (one == null && !original.syntax.equals(plain) || other == null) {
            return false;
        }
        FrameBytes source = original.frames();
        for (int number = 1; number <= source.count(); number++) {
            Piece piece = source.find(number);
            Piece coded = frames.find(number);
            if (piece == null || coded == null) {
                return false;
            }
            byte[] expected = one == null ? source.bytes(number, piece) : one.frame(source, number, piece);
            if (!Arrays.equals(expected, other.frame(frames, number, coded))) {
                return false;
            }
        }
        return true;
    }

    /// What stands before the frames of a file and behind them.
    private static Received received(Original original) throws IOException, MalformedException {
        StoredBytes bytes = original.located.bytes();
        Value.Bulk pixels = (Value.Bulk) original.pixels();
        ImagePixel image = ImagePixel.of(original.head.dataSet());
        long end =
                Math.min(pixels.offset() + pixels.lengthBytes(), pixels.offset() + image.frames() * image.frameBytes());
        return new Received(
                original.syntax.uid(),
                bytes.lengthBytes(),
                bytes.sha256(),
                deflated(original.blob, 0, pixels.offset()),
                deflated(original.blob, end, bytes.lengthBytes() - end));
    }

    private static byte[] deflated(BlobReader blob, long offset, long lengthBytes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater deflater = new Deflater();
        try (OutputStream out = new DeflaterOutputStream(bytes, deflater);
                InputStream in = blob.stream(offset, lengthBytes)) {
            in.transferTo(out);
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    private static boolean isMadeAgain(Original original, Received received, Head head, FrameBytes frames)
            throws IOException, MalformedException {
        Conversion back = Conversion.find(head, TO, original.syntax);
        if (back == null) {
            return false;
        }
        return back.restoring(received).isExact(frames);
    }

    private boolean keep(Located instance, Located form) {
        return database.transaction(session -> {
            boolean kept = new OtherForms(session).keep(instance, form);
            if (kept) {
                new Feed(session).lock();
                requireUnswept(session, form);
            }
            return kept;
        });
    }

    private boolean replace(Located instance, Located form, Received received) {
        return database.transaction(session -> {
            Long revision = new OtherForms(session).replace(instance, form, received);
            if (revision == null) {
                return false;
            }
            Feed feed = new Feed(session);
            feed.lock();
            requireUnswept(session, form);
            new RetiredBlobs(session).retire(instance, retention.deleted());
            Identity identity = instance.identity();
            long more = form.bytes().lengthBytes() - instance.bytes().lengthBytes();
            new QuotaRows(session).count(Map.of(identity.partition(), new QuotaRows.Change(more, 0)));
            feed.append(List.of(new Feed.Change(
                    identity.partition(),
                    identity.studyUid(),
                    identity.seriesUid(),
                    identity.instanceUid(),
                    Feed.Action.UPDATE,
                    revision)));
            return true;
        });
    }

    private static void requireUnswept(Session session, Located form) {
        if (new RetiredBlobs(session).anyOf(List.of(form.bytes().blob()))) {
            throw new UnavailableException("a blob was swept before its row could be added", null);
        }
    }
}
