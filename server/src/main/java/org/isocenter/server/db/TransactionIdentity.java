package org.isocenter.server.db;

import org.jspecify.annotations.Nullable;

/// What a transaction is recognised by when the link it used is gone.
///
/// The number alone does not suffice. A database that crashes forgets the numbers it gave to transactions
/// whose log never reached the disk, and gives them again: "number 1000 is committed" may then speak of
/// somebody else's. A crash (and a failover) also throws away the statistics and dates them anew, while an
/// orderly restart keeps them. So as long as that date is the same, so is the transaction behind the number.
///
/// @param number the full 64-bit transaction number, in decimal
/// @param life the moment from which the database counts its statistics; null if it never did
record TransactionIdentity(String number, @Nullable String life) {}
