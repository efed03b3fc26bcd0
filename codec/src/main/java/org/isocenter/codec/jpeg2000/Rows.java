package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;

/// The rows of a rectangle of coefficients or samples, from the top, each made when it is asked for.
///
/// @param <A> `int[]` where the transform is reversible, `float[]` where not
interface Rows<A> {
    /// The next row, which is in the array from {@link #offset} on, until a few rows later. It may not be
    /// changed.
    A next() throws MalformedException;

    /// Where the last row begins in its array.
    int offset();
}
