package org.isocenter.server.render;

/// One step of the grayscale pipeline (PS3.4 N.2): a value in, a value out.
@FunctionalInterface
interface Curve {
    double at(double value);
}
