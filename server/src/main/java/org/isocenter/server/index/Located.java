package org.isocenter.server.index;

import org.isocenter.server.index.Entry.Identity;

/// An instance as the index knows it: who it is, and where its bytes are.
///
/// @param key of the row; of a former version, the negative of its key
/// @param head the data set without its bulk values; empty where it was not asked for
public record Located(
        long key,
        Identity identity,
        String sopClassUid,
        String transferSyntax,
        long revision,
        StoredBytes bytes,
        byte[] head) {}
