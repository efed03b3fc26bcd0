package org.isocenter.server.worklist;

/// Compares text as it is.
final class AsItIs implements Folds {
    @Override
    public String text(String text) {
        return text;
    }

    @Override
    public String name(String name) {
        return name;
    }
}
