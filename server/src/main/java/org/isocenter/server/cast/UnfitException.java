package org.isocenter.server.cast;

/// A study cannot be told to the record, whatever the FHIR server says to it.
final class UnfitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnfitException(String message) {
        super(message);
    }
}
