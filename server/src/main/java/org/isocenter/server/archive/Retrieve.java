package org.isocenter.server.archive;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.BlobKey;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.blob.BlobRef;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.MissingBlobException;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.IndexReader;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.OtherForms;
import org.isocenter.server.index.OtherForms.Received;
import org.isocenter.server.index.Scope;
import org.isocenter.server.index.State;
import org.isocenter.server.index.StoredBytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives out what is stored.
public final class Retrieve {
    private static final Logger LOG = LoggerFactory.getLogger(Retrieve.class);

    private static final int PAGE = 200;

    private final Database database;
    private final BlobStore blobs;

    public Retrieve(Database database, BlobStore blobs) {
        this.database = database;
        this.blobs = blobs;
    }

    /// The state of a study, or null where the caller has none with this UID.
    public @Nullable State findStudy(Caller caller, String study) {
        return database.query(
                caller.partition(), session -> new IndexReader(session).findStudy(Grant.of(caller), study));
    }

    public @Nullable State findSeries(Caller caller, String study, String series) {
        return database.query(
                caller.partition(), session -> new IndexReader(session).findSeries(Grant.of(caller), study, series));
    }

    public @Nullable Located findInstance(Caller caller, String study, String series, String instance) {
        return database.query(
                caller.partition(),
                session -> new IndexReader(session).findInstance(Grant.of(caller), study, series, instance));
    }

    /// The series of a study by series number; none where the caller has no such study.
    public List<State> series(Caller caller, String study) {
        return database.query(caller.partition(), session -> new IndexReader(session).series(Grant.of(caller), study));
    }

    /// The instances of some series, one series after the other, oldest first; read page by page while they
    /// are gone through, so that it does not matter how many there are.
    public Iterator<Located> instances(Caller caller, List<State> series, boolean withHeads) {
        return instances(caller, series, 0, withHeads);
    }

    /// The same from somewhere in the first of the series on.
    ///
    /// @param after the key of the instance of it that came last, or 0
    public Iterator<Located> instances(Caller caller, List<State> series, long after, boolean withHeads) {
        return new Pages(Grant.of(caller), series, after, withHeads);
    }

    /// The head of an instance that was located with it.
    public Head head(Located located) {
        return Head.decode(located.head());
    }

    /// How to give out an instance in another transfer syntax than it is stored in, or null where that
    /// cannot be.
    public @Nullable Conversion findConversion(Located located, Head head, TransferSyntax to) {
        TransferSyntax from = TransferSyntax.find(located.transferSyntax());
        Conversion conversion = from == null ? null : Conversion.find(head, from, to);
        if (conversion == null || !Recode.TO.equals(from) || to.encapsulated()) {
            return conversion;
        }
        Received received = database.<@Nullable Received>query(
                located.identity().partition(), session -> new OtherForms(session).findReceived(located.key()));
        return received == null || !received.transferSyntax().equals(to.uid())
                ? conversion
                : conversion.restoring(received);
    }

    /// A conversion of which the first frame has succeeded, so that an instance that cannot be converted is
    /// found out before anything is sent; null where there is none.
    public @Nullable Conversion findRehearsed(Located located, Head head, TransferSyntax to) throws IOException {
        Conversion conversion = findConversion(located, head, to);
        if (conversion == null) {
            return null;
        }
        try (BlobReader blob = open(located)) {
            conversion.rehearse(frames(located, head, blob));
            return conversion;
        } catch (MalformedException broken) {
            LOG.debug("A frame cannot be converted: {}", broken.getMessage());
            return null;
        }
    }

    /// An instance as the form in a transfer syntax that is kept beside it; itself where there is none.
    public Located as(Located located, @Nullable TransferSyntax syntax) {
        if (syntax == null
                || !syntax.equals(Recode.TO)
                || located.transferSyntax().equals(syntax.uid())) {
            return located;
        }
        Located kept = database.<@Nullable Located>query(
                located.identity().partition(), session -> new OtherForms(session).findKept(located));
        return kept == null || !kept.transferSyntax().equals(syntax.uid()) ? located : kept;
    }

    /// Whether instances of one transfer syntax, by its UID, may be had in another.
    public boolean converts(String from, TransferSyntax to) {
        TransferSyntax known = TransferSyntax.find(from);
        return from.equals(to.uid()) || known != null && Conversion.possible(known, to);
    }

    /// Opens the bytes of an instance as they were stored.
    ///
    /// @throws MissingBlobException where the instance has been deleted and its bytes are gone
    public BlobReader open(Located located) {
        try {
            return blobs.open(ref(located.bytes()));
        } catch (MissingBlobException missing) {
            // A sweep may have moved the bytes since the row was read.
            Located now = database.<@Nullable Located>query(located.identity().partition(), session -> {
                Located instance = new IndexReader(session).locateAgain(located);
                return instance == null || isSame(instance, located)
                        ? instance
                        : new OtherForms(session).findKept(instance);
            });
            if (now == null || !isSame(now, located)) {
                throw missing;
            }
            return blobs.open(ref(now.bytes()));
        }
    }

    /// Instances as the forms in a transfer syntax that are kept beside them, where there are any.
    public Iterator<Located> as(Iterator<Located> instances, @Nullable TransferSyntax syntax) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return instances.hasNext();
            }

            @Override
            public Located next() {
                return as(instances.next(), syntax);
            }
        };
    }

    private static boolean isSame(Located one, Located other) {
        return one.revision() == other.revision()
                && Arrays.equals(one.bytes().sha256(), other.bytes().sha256());
    }

    private static BlobRef ref(StoredBytes bytes) {
        return new BlobRef(BlobKey.parse(bytes.blob()), bytes.lengthBytes(), bytes.sha256(), bytes.crc32c());
    }

    /// The frames of an instance, and whatever else was left in its blob.
    public FrameBytes frames(Located located, Head head, BlobReader blob) {
        return new FrameBytes(head, Objects.requireNonNull(TransferSyntax.find(located.transferSyntax())), blob);
    }

    /// The transfer syntaxes of all instances of some series.
    public Set<String> transferSyntaxes(Caller caller, List<State> series) {
        return database.query(
                caller.partition(), session -> new IndexReader(session).transferSyntaxes(Grant.of(caller), series));
    }

    private final class Pages implements Iterator<Located> {
        private final Scope scope;
        private final Deque<State> series;
        private final boolean withHeads;
        private Iterator<Located> page = List.<Located>of().iterator();
        private long last;

        Pages(Scope scope, List<State> series, long last, boolean withHeads) {
            this.scope = scope;
            this.series = new ArrayDeque<>(series);
            this.last = last;
            this.withHeads = withHeads;
        }

        @Override
        public boolean hasNext() {
            while (!page.hasNext() && !series.isEmpty()) {
                State one = series.element();
                List<Located> next = database.query(
                        scope.partition(),
                        session -> new IndexReader(session).instances(scope, one, last, PAGE, withHeads));
                if (next.size() < PAGE) {
                    series.remove();
                    last = 0;
                } else {
                    last = next.getLast().key();
                }
                page = next.iterator();
            }
            return page.hasNext();
        }

        @Override
        public Located next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return page.next();
        }
    }
}
