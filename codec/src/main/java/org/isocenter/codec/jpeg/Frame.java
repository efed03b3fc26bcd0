package org.isocenter.codec.jpeg;

/// What the header of a frame says (T.81 B.2.2).
///
/// @param process how it is coded
/// @param precision bits of a sample
/// @param width samples in a line of the image
/// @param height lines of the image
/// @param components 1 to 4 of them
record Frame(Process process, int precision, int width, int height, Component[] components) {

    enum Process {
        SEQUENTIAL,
        PROGRESSIVE,
        LOSSLESS
    }

    /// The largest H of the components.
    int horizontal() {
        int most = 1;
        for (Component component : components) {
            most = Math.max(most, component.horizontal());
        }
        return most;
    }

    /// The largest V of the components.
    int vertical() {
        int most = 1;
        for (Component component : components) {
            most = Math.max(most, component.vertical());
        }
        return most;
    }

    /// The side of a data unit: a block of frequencies, or a sample.
    private int unit() {
        return process == Process.LOSSLESS ? 1 : Dct.SIDE;
    }

    /// The minimum coded units beside each other in a scan of several components (A.2.3).
    int unitsAcross() {
        return ceilingOfQuotient(width, unit() * horizontal());
    }

    /// The minimum coded units below each other in a scan of several components.
    int unitsDown() {
        return ceilingOfQuotient(height, unit() * vertical());
    }

    /// The data units beside each other in a scan of one component (A.2.2).
    int unitsAcross(Component component) {
        return ceilingOfQuotient(component.width(), unit());
    }

    /// The data units below each other in a scan of one component.
    int unitsDown(Component component) {
        return ceilingOfQuotient(component.height(), unit());
    }

    static int ceilingOfQuotient(int number, int divisor) {
        return (number + divisor - 1) / divisor;
    }
}
