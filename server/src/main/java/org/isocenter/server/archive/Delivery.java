package org.isocenter.server.archive;

import java.io.IOException;
import java.io.OutputStream;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.index.Located;
import org.jspecify.annotations.Nullable;

/// An instance as it leaves the archive: in the transfer syntax that is wanted where it can be had in it,
/// and as it is stored where not.
final class Delivery {
    private final Retrieve retrieve;
    private final Located located;
    private final @Nullable Conversion conversion;

    private Delivery(Retrieve retrieve, Located located, @Nullable Conversion conversion) {
        this.retrieve = retrieve;
        this.located = located;
        this.conversion = conversion;
    }

    /// @param stored with its head where a transfer syntax is wanted
    /// @param wanted null for whatever it is stored in
    static Delivery of(Retrieve retrieve, Located stored, @Nullable TransferSyntax wanted) throws IOException {
        Located located = retrieve.as(stored, wanted);
        if (wanted == null || wanted.uid().equals(located.transferSyntax())) {
            return new Delivery(retrieve, located, null);
        }
        return new Delivery(retrieve, stored, retrieve.findRehearsed(stored, retrieve.head(stored), wanted));
    }

    /// The UID of the transfer syntax that it leaves in.
    String syntax() {
        return conversion == null ? located.transferSyntax() : conversion.to().uid();
    }

    /// Writes it as a DICOM file.
    ///
    /// @throws IOException where it cannot be converted to its end
    void writeTo(OutputStream out) throws IOException {
        try (BlobReader blob = retrieve.open(located)) {
            if (conversion == null) {
                blob.transfer(0, blob.lengthBytes(), bytes -> FileSet.copy(bytes, out));
            } else {
                conversion.send(retrieve.frames(located, retrieve.head(located), blob), out);
            }
        }
    }
}
