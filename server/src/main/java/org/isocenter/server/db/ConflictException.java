package org.isocenter.server.db;

/// A statement broke a unique, foreign key, check or exclusion constraint. The transaction it was part of is
/// over.
public final class ConflictException extends RuntimeException {
    private final String constraint;

    ConflictException(String constraint) {
        super("The constraint " + constraint + " forbids this change");
        this.constraint = constraint;
    }

    /// The name of the constraint, as the migrations give it.
    public String constraint() {
        return constraint;
    }
}
