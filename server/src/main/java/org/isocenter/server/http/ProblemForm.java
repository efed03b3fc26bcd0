package org.isocenter.server.http;

/// How a problem is put on the wire.
@FunctionalInterface
public interface ProblemForm {
    /// The form of every path that has none of its own.
    ProblemForm RFC_9457 = problem -> new Page(Problem.CONTENT_TYPE, problem.toJson());

    Page page(Problem problem);

    /// A body and what it is.
    record Page(String contentType, byte[] bytes) {}
}
