package org.isocenter.server.job;

/// What the operations of one kind do, cut into steps.
///
/// A step takes a few seconds at most. It may be done twice: when the process dies, or loses its lease,
/// before the step was noted. What it writes to the database belongs into its [Step.Effect], which happens
/// with the note or not at all; what it does elsewhere has to do no harm when it is repeated.
@FunctionalInterface
public interface Job {
    /// Does the next step of an operation.
    ///
    /// @param operation with the checkpoint of the step before
    /// @throws org.isocenter.server.telemetry.UnavailableException to have the step tried again later
    Step next(Operation operation);
}
