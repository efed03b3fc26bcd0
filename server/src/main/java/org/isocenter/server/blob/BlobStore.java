package org.isocenter.server.blob;

import java.util.List;

/// Object storage: write-once byte sequences ("blobs") under keys that the store itself makes.
///
/// The contract, which every implementation keeps and every caller may lean on:
///
/// - **Order.** A blob is written, finished, stored, and then it exists, until it is deleted. It never
///   changes.
/// - **Atomicity.** A blob is there as a whole or not at all: before [PendingBlob#store()] returns, no reader
///   that goes by keys can meet it; a halted process leaves at most remains that [#forEach] reports as
///   partial, or a whole blob that nobody was given the key of. Both are for the sweep to delete.
/// - **Durability.** When `store()` has returned, the blob survives the end of the process and the loss of
///   power. A deletion is durable at the next [#compact], [#purge] or [#close()] at the latest: a loss of
///   power before that may bring the blob back, as one that nobody has the key of.
/// - **Integrity.** Bytes are checked against the digests of their [BlobRef] before they are handed on. A
///   byte that differs from what was written is never served.
/// - **Failure.** All exceptions are unchecked. `UnavailableException`: the disk is full, broken, or
///   read-only; the call had no effect that a caller must undo, and may be made again.
///   [MissingBlobException]: no such blob. [CorruptBlobException]: the blob is not what it was.
///   [IllegalStateException]: misuse, such as writing after `finish()`.
/// - **Classes.** Each blob is of a class, such as that of cheaper disks, and stays in it. A class can be away:
///   its disk is not mounted. [AwayException], an `UnavailableException`, says so, and what is in other
///   classes is served as ever.
/// - **Threads.** A store may be used by any number of threads, virtual ones included, and several
///   processes may open the same store at once. Writers and readers belong to one thread at a time.
public interface BlobStore extends AutoCloseable {
    /// The classes that new blobs may be of, [StorageClass#STANDARD] first.
    List<String> classes();

    /// Begins a new blob, which touches no bytes on disk yet.
    ///
    /// @throws AwayException if the class is away, or is none of those there are
    BlobWriter write(String storageClass);

    /// Begins a new blob whose bytes lie in a file already and stay there. What is written must be the
    /// bytes of the file; the store keeps their digests and a link, and only that goes when the blob is
    /// deleted. Where the file is gone or has other bytes, the blob is missing.
    ///
    /// @param storageClass that is to hold the link
    /// @param path within the folder, which must be one of those that the store may read
    /// @throws AwayException if the class is away, or is none of those there are
    BlobWriter link(String storageClass, Folder folder, String path);

    /// Opens a blob for reading.
    ///
    /// @throws MissingBlobException if it was deleted or never stored. If the reference was looked up a while
    ///     ago, the blob may have been moved by [#compact]: look it up again once before believing it is gone
    /// @throws CorruptBlobException if what is stored under the key has another length
    /// @throws AwayException if its class is away, or the folder that it links to
    BlobReader open(BlobRef ref);

    /// Forms the reference of a blob anew from its bytes, for an index that has to be rebuilt.
    ///
    /// @throws MissingBlobException if there is no such blob
    /// @throws CorruptBlobException if the store keeps digests of its own beside the bytes and these disagree
    BlobRef refer(BlobKey key);

    /// Whether a blob is stored under the key. Looks no further than its name or header.
    ///
    /// @throws AwayException if its class is away
    boolean exists(BlobKey key);

    /// Deletes a blob, or the remains of an unfinished write. Deleting what is not there has no effect. The
    /// blob cannot be opened from now on, in other processes as soon as they look; readers that are open go
    /// on until [#compact] overwrites its bytes. Its space is given back now or by [#compact].
    ///
    /// @throws AwayException if its class is away: it may still be there
    void delete(BlobKey key);

    /// Visits every stored blob in no particular order, and the remains of writes whose writer is gone. Blobs
    /// that are stored or deleted meanwhile may or may not be visited; a blob may be visited shortly before
    /// its `store()` returns, so whoever deletes by this list must spare what was written lately. Classes
    /// that are away are left out.
    void forEach(BlobVisitor visitor);

    /// Gives back the space of deleted blobs, and overwrites what of them is left. Where the first means
    /// moving blobs that are still alive, these are made durable at their new place, then `relocation` is
    /// told, and only after it has returned are they removed from their old place. Blobs written within the
    /// grace time are never moved, so that a transaction which is about to commit their keys is never
    /// overtaken. Classes that are away are left alone.
    CompactReport compact(Relocation relocation);

    /// Sees to it that nothing is left of the blobs that were deleted before: what they have left in the
    /// store is overwritten, wherever it lies and however young it is, and their deletion is durable.
    ///
    /// @throws AwayException if a class is away, in which something may be left
    void purge();

    /// Tries out what durability rests upon: write, sync, atomic rename, and reading back.
    ///
    /// @throws org.isocenter.server.telemetry.UnavailableException with the reason, if the store cannot take
    ///     blobs of this class
    void probe(String storageClass);

    /// Ends the use of the store. Writers and readers must have been closed before.
    @Override
    void close();
}
