package org.isocenter.server.worklist;

/// How text is brought into the form in which it is compared, here as in every other search of the archive.
public interface Folds {
    String text(String text);

    /// Each group of a person name on a line of its own, with a line feed before and after.
    String name(String name);
}
