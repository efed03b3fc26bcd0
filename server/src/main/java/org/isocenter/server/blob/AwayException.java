package org.isocenter.server.blob;

import org.isocenter.server.telemetry.UnavailableException;

/// A place where bytes of blobs lie is not there: its folder is not mounted, or its name is not in the settings
/// any more. What lies there is as it was when the place comes back.
public final class AwayException extends UnavailableException {
    private static final long serialVersionUID = 1;

    private final String place;

    private AwayException(String place) {
        super(place + ", is not there", null);
        this.place = place;
    }

    static AwayException linked(String folder) {
        return new AwayException("folder " + folder + ", to which blobs link");
    }

    static AwayException storageClass(String name) {
        return new AwayException("storage class " + name + ", in which blobs are kept");
    }

    /// Which place it is, in words for people.
    public String place() {
        return place;
    }
}
