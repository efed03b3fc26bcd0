package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.FileBlobs;
import org.isocenter.server.blob.FileBlobsOptions;
import org.isocenter.server.blob.Folders;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.TestPostgres;

/// An empty archive of a test: a database of its own, and blobs in a folder.
public final class OpenArchive implements AutoCloseable {
    private static final String SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";

    final Database database;
    final BlobStore blobs;
    final Ingest ingest;

    OpenArchive(Path folder) throws IOException {
        this(folder, Folders.NONE);
    }

    /// @param linked that files can be linked to
    OpenArchive(Path folder, Folders linked) throws IOException {
        database = TestPostgres.freshDatabase();
        blobs = FileBlobs.open(folder, FileBlobsOptions.defaults().withFolders(linked));
        ingest = new Ingest(database, blobs);
    }

    /// The attributes that an instance has to have. Its series and its study are named by what stands before
    /// the last dots of its UID.
    public static DataSet instance(String uid) {
        String series = uid.substring(0, uid.lastIndexOf('.'));
        return new DataSet()
                .putString(Tag.SOPClassUID, SECONDARY_CAPTURE)
                .putString(Tag.SOPInstanceUID, uid)
                .putString(Tag.StudyInstanceUID, series.substring(0, series.lastIndexOf('.')))
                .putString(Tag.SeriesInstanceUID, series)
                .putString(Tag.PatientID, "P");
    }

    void store(Caller caller, DataSet dataSet) {
        store(ingest, caller, dataSet);
    }

    /// Stores by the ingest of another server of the same archive.
    public static void store(Ingest ingest, Caller caller, DataSet dataSet) {
        try (Ingest.Upload upload =
                ingest.begin(StoreTarget.of(caller), new StoreRules(null, true, false, Limits.DEFAULT))) {
            upload.add(new ByteArrayInputStream(file(dataSet)));
            assertThat(upload.finish()).allMatch(outcome -> outcome instanceof StoreOutcome.Stored);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// An instance as a file.
    static byte[] file(DataSet dataSet) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            Part10Writer.write(Part10.of(dataSet, TransferSyntax.EXPLICIT_LITTLE_ENDIAN), BulkSource.NONE, file);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return file.toByteArray();
    }

    @Override
    public void close() {
        ingest.close();
        blobs.close();
        database.close();
    }
}
