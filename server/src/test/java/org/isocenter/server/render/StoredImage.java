package org.isocenter.server.render;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.Frames;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.ReadOptions;
import org.jspecify.annotations.Nullable;

/// A DICOM file in memory, as the archive would hand it to rendering.
record StoredImage(Instance instance, Frames frames) {

    static StoredImage read(byte[] file) throws IOException, MalformedException {
        Part10 part10 = Part10Reader.read(new ByteArrayInputStream(file), ReadOptions.DEFAULT);
        byte[] source =
                Part10Reader.inflated(new ByteArrayInputStream(file), part10).readAllBytes();
        Instance instance = new Instance(part10.dataSet(), part10.transferSyntax(), BulkSource.of(source));
        return new StoredImage(instance, Frames.of(part10.dataSet(), part10.transferSyntax()));
    }

    /// The bytes of a frame, beginning with its first bit; null where it is not found.
    byte @Nullable [] findFrame(int number) throws IOException {
        List<Frames.Range> ranges = frames.findRanges(number);
        if (ranges == null) {
            return null;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Frames.Range range : ranges) {
            instance.bulk().transfer(range.offset(), range.lengthBytes(), out);
        }
        byte[] bytes = out.toByteArray();
        int shift = frames.firstBit(number);
        if (shift > 0) {
            for (int i = 0; i < bytes.length; i++) {
                int next = i + 1 < bytes.length ? bytes[i + 1] & 0xFF : 0;
                bytes[i] = (byte) ((bytes[i] & 0xFF) >> shift | next << 8 - shift);
            }
        }
        return bytes;
    }
}
