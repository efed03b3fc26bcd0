package org.isocenter.server.archive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.StorageClass;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.NoPartitionException;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.PartitionRows;
import org.isocenter.server.index.PartitionRows.Partition;
import org.isocenter.server.index.PartitionRows.Settings;
import org.isocenter.server.index.PartitionRows.Usage;
import org.jspecify.annotations.Nullable;

/// The data partitions: parts of the archive that know nothing of each other, so that the same UIDs may be in
/// several. The first store into one makes it.
///
/// Any server may remove a partition and make another of the same name, so which key a name has is asked anew
/// with each request that changes something. What reads goes by the key that was asked for last: the database
/// tells, with the first statement, where that partition is gone. What stores does so for a second: the database
/// refuses what is put into a partition that is gone.
public final class Partitions {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /// The name of the one that addresses without a partition mean.
    public static final String DEFAULT = "Microsoft.Default";

    /// How long a partition counts as it was read last, lest each store asks for it.
    private static final long FRESH_NANOS = 1_000_000_000L;

    private static final int KNOWN_MAX = 10_000;

    private final Database database;
    private final Cache<String, Known> known =
            Caffeine.newBuilder().maximumSize(KNOWN_MAX).build();

    /// A partition as it was at a moment.
    private record Known(Partition partition, long nanos) {
        boolean isFresh() {
            return System.nanoTime() - nanos <= FRESH_NANOS;
        }
    }

    public Partitions(Database database) {
        this.database = database;
    }

    /// Whether a partition may have this name.
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /// Who works in a partition, or null where there is none of this name.
    public @Nullable Caller find(Caller caller, String name) {
        Partition partition = findPartition(caller, name);
        return partition == null ? null : new Caller(partition.key());
    }

    /// Reads from a partition by the key that its name had last and, where that partition turns out to be gone, by
    /// the one that it has now.
    ///
    /// @param begun whether what was read has been given away, so that it is too late to read once more
    /// @return false where there is no partition of this name
    public boolean read(Caller caller, String name, Reading reading, BooleanSupplier begun) throws IOException {
        Known before = known.getIfPresent(name);
        if (before != null) {
            try {
                reading.by(new Caller(before.partition.key()));
                return true;
            } catch (NoPartitionException gone) {
                if (begun.getAsBoolean()) {
                    throw gone;
                }
            }
        }
        Caller found = find(caller, name);
        if (found == null) {
            return false;
        }
        reading.by(found);
        return true;
    }

    /// Reads on behalf of somebody.
    @FunctionalInterface
    public interface Reading {
        void by(Caller caller) throws IOException;
    }

    /// Who works in a partition, which is made where there is none of this name.
    public Caller open(Caller caller, String name) {
        return new Caller(openPartition(caller, name).key());
    }

    Partition openPartition(Caller caller, String name) {
        Partition found = findPartition(caller, name);
        while (found == null) {
            database.transaction(session -> new PartitionRows(session).add(name));
            found = findPartition(caller, name);
        }
        return found;
    }

    /// What a request stores into.
    ///
    /// @param name of the partition, or null for the default one
    public StoreTarget target(@Nullable String name) {
        return name == null ? new DefaultTarget(this) : new NamedTarget(this, name);
    }

    /// The class that new blobs of a partition are written to.
    static String storageClass(Database database, int partition) {
        return orStandard(
                database.<@Nullable String>query(session -> new PartitionRows(session).findStorageClass(partition)));
    }

    /// The same of the default partition. What another server has set is known within a second.
    String storageClassOfDefault() {
        return orStandard(Objects.requireNonNull(look(DEFAULT)).settings().storageClass());
    }

    static String orStandard(@Nullable String storageClass) {
        return storageClass == null ? StorageClass.STANDARD : storageClass;
    }

    /// A partition as it was within the last second, or null where there was none of this name.
    @Nullable
    Partition look(String name) {
        Known before = known.getIfPresent(name);
        return before != null && before.isFresh() ? before.partition : findPartition(Caller.anyone(), name);
    }

    /// Adds a partition, or gives one that is there other settings.
    ///
    /// @return whether it is new
    public boolean put(Caller caller, String name, Settings settings) {
        boolean isNew = database.transaction(session -> {
            new Feed(session).lock();
            PartitionRows rows = new PartitionRows(session);
            boolean added = rows.add(name);
            rows.set(Objects.requireNonNull(rows.find(name)).key(), settings);
            return added;
        });
        known.invalidate(name);
        return isNew;
    }

    public @Nullable Partition findPartition(Caller caller, String name) {
        long asked = System.nanoTime();
        Partition found = database.<@Nullable Partition>query(session -> new PartitionRows(session).find(name));
        if (found == null) {
            known.invalidate(name);
        } else {
            known.put(name, new Known(found, asked));
        }
        return found;
    }

    /// Counts what is stored in a partition.
    public Usage usage(Caller caller, Partition partition) {
        return database.query(session -> new PartitionRows(session).usage(partition.key()));
    }

    /// A page of partitions, oldest first.
    public List<Partition> list(Caller caller, int offset, int limit) {
        return database.query(session -> new PartitionRows(session).list(offset, limit));
    }
}
