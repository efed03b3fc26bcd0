package org.isocenter.server.http;

import java.util.ArrayList;
import java.util.List;

/// Thrown to end an exchange early with a problem as its answer. A value more than a failure: it has no stack
/// trace and is not logged.
public final class Refusal extends RuntimeException {
    private final transient Problem problem;
    private final transient List<Header> headers = new ArrayList<>();

    public Refusal(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    public Refusal(int status, String code, String detail) {
        this(new Problem(status, code, detail));
    }

    public Refusal withHeader(String name, String value) {
        headers.add(new Header(name, value));
        return this;
    }

    public Problem problem() {
        return problem;
    }

    public List<Header> headers() {
        return List.copyOf(headers);
    }
}
