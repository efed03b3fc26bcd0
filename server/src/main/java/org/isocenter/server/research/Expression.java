package org.isocenter.server.research;

import java.util.List;

/// Which patients are members: criteria by name, put together.
sealed interface Expression {

    record Named(String criterion) implements Expression {}

    record All(List<Expression> parts) implements Expression {}

    record Any(List<Expression> parts) implements Expression {}

    record Not(Expression part) implements Expression {}

    /// Whether it finds its patients itself, and does not just leave some out of those that are found
    /// already.
    default boolean finds() {
        return switch (this) {
            case Named named -> true;
            case All all -> all.parts.stream().anyMatch(Expression::finds);
            case Any any -> any.parts.stream().allMatch(Expression::finds);
            case Not not -> false;
        };
    }
}
