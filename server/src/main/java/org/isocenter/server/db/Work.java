package org.isocenter.server.db;

import org.jspecify.annotations.Nullable;

/// What is done with the database in one go. The work of a transaction may be run more than once, so it changes
/// nothing but the database.
@FunctionalInterface
public interface Work<T extends @Nullable Object> {
    T in(Session session);
}
