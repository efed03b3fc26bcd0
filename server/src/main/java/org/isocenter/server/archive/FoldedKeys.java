package org.isocenter.server.archive;

import org.isocenter.server.index.Folding;
import org.isocenter.server.worklist.Folds;

/// Has workitems compared as studies are.
enum FoldedKeys implements Folds {
    INSTANCE;

    @Override
    public String text(String text) {
        return Folding.fold(text);
    }

    @Override
    public String name(String name) {
        return Folding.foldName(name);
    }
}
