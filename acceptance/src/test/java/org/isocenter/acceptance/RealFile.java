package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.ReadOptions;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Value;
import org.junit.jupiter.api.Assumptions;

/// A file of the collection under UIDs of its own, so that each test can store it.
record RealFile(byte[] bytes, String study, String series, String instance) {
    private static final Path CORPUS = Path.of(System.getProperty("acceptance.corpus", "../../shared/corpus"));

    /// Skips the test where the collection is not there.
    static RealFile fresh(String name) {
        Path file = CORPUS.resolve(name);
        Assumptions.assumeTrue(Files.exists(file), "a real file is not there: " + file);
        try {
            byte[] bytes = Files.readAllBytes(file);
            DataSet dataSet = dataSet(bytes);
            String study = String.valueOf(dataSet.findString(Tag.StudyInstanceUID));
            String series = String.valueOf(dataSet.findString(Tag.SeriesInstanceUID));
            String instance = String.valueOf(dataSet.findString(Tag.SOPInstanceUID));
            String all = new String(bytes, StandardCharsets.ISO_8859_1);
            RealFile own = new RealFile(new byte[0], renewed(study), renewed(series), renewed(instance));
            all = all.replace(study, own.study).replace(series, own.series).replace(instance, own.instance);
            return new RealFile(all.getBytes(StandardCharsets.ISO_8859_1), own.study, own.series, own.instance);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// A fresh UID of the same length.
    private static String renewed(String uid) {
        String fresh = Draft.uid() + ".";
        assertThat(uid).hasSizeGreaterThan(fresh.length());
        return fresh + "9".repeat(uid.length() - fresh.length());
    }

    static DataSet dataSet(byte[] file) {
        try {
            return Part10Reader.read(new ByteArrayInputStream(file), ReadOptions.DEFAULT)
                    .dataSet();
        } catch (IOException | MalformedException broken) {
            throw new AssertionError("no DICOM file", broken);
        }
    }

    /// The native pixel data of a file.
    static byte[] pixels(byte[] file) {
        Element pixels = dataSet(file).find(Tag.PixelData);
        if (pixels == null || !(pixels.value() instanceof Value.Bulk bulk)) {
            throw new AssertionError("no native pixel data: " + pixels);
        }
        return Arrays.copyOfRange(file, (int) bulk.offset(), (int) (bulk.offset() + bulk.lengthBytes()));
    }

    String path() {
        return "/studies/" + study + "/series/" + series + "/instances/" + instance;
    }
}
