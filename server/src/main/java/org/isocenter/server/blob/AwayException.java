package org.isocenter.server.blob;

import org.isocenter.server.telemetry.UnavailableException;

/// A folder to which blobs link is not there: it is not mounted, or its name is not in the settings any more.
public final class AwayException extends UnavailableException {
    private static final long serialVersionUID = 1;

    private final String folder;

    AwayException(String folder) {
        super("the folder " + folder + ", to which blobs link, is not there", null);
        this.folder = folder;
    }

    /// Its name.
    public String folder() {
        return folder;
    }
}
