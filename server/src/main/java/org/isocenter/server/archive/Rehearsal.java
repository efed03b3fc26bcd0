package org.isocenter.server.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.isocenter.dicom.BulkLinks;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.JsonWriter;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.ReadOptions;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.index.Entry;
import org.isocenter.server.index.StoredBytes;
import org.isocenter.server.render.Instance;
import org.isocenter.server.render.RenderOptions;
import org.isocenter.server.render.Renderer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads, indexes and describes a made-up instance again and again while the rest of the server starts.
///
/// A fresh virtual machine interprets its code until it has seen it run. The start waits for the database
/// anyhow; what is rehearsed meanwhile is compiled when the first client comes, who is then answered as
/// fast as the others.
public final class Rehearsal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    private static final int SIDE = 8;

    private final long end;
    private volatile boolean over;

    private Rehearsal(Duration atMost) {
        end = System.nanoTime() + atMost.toNanos();
    }

    /// Begins in the background.
    public static Rehearsal begin(Duration atMost) {
        Rehearsal rehearsal = new Rehearsal(atMost);
        Thread.ofPlatform().daemon().name("rehearsal").start(rehearsal::run);
        return rehearsal;
    }

    private void run() {
        try {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            Part10 made = Part10.of(instance("2.25.1", 1, SIDE), TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
            Part10Writer.write(made, BulkSource.NONE, file);
            byte[] bytes = file.toByteArray();
            once(bytes);
            show(made);
            while (!over && System.nanoTime() < end) {
                once(bytes);
            }
        } catch (IOException | MalformedException | RuntimeException e) {
            LOG.warn("The rehearsal broke off; the server is not affected", e);
        }
    }

    private static void once(byte[] file) throws IOException, MalformedException {
        Part10 instance = Part10Reader.read(new ByteArrayInputStream(file), ReadOptions.DEFAULT);
        Admission.refuse(instance, null, false);
        Admission.warnings(instance);
        byte[] head = new Head(instance.dataSet(), instance.dataSetOffset()).encode();
        StoredBytes stored = new StoredBytes("", file.length, new byte[32], new byte[4]);
        Entry.of(1, instance.dataSet(), instance.transferSyntax().uid(), stored, head, false);
        JsonWriter json = new JsonWriter(OutputStream.nullOutputStream(), BulkLinks.NONE);
        json.write(Head.decode(head).dataSet());
        json.flush();
    }

    /// What makes pictures takes a tenth of a second before its first one.
    private static void show(Part10 made) throws IOException, MalformedException {
        Instance instance = new Instance(made.dataSet(), made.transferSyntax(), BulkSource.NONE);
        Renderer.of(instance, RenderOptions.of(RenderOptions.Output.JPEG)).render(1, new byte[SIDE * SIDE]);
    }

    @Override
    public void close() {
        over = true;
    }

    /// A made-up instance with what instances usually have.
    ///
    /// @param side rows and columns of its image
    public static DataSet instance(String study, int number, int side) {
        DataSet code = new DataSet()
                .putString(Tag.CodeValue, "WARM")
                .putString(Tag.CodingSchemeDesignator, "99ISO")
                .putString(Tag.CodeMeaning, "Warm-up");
        DataSet request = new DataSet()
                .putString(Tag.RequestedProcedureID, "WARM")
                .putString(Tag.ScheduledProcedureStepID, "UP")
                .putItems(Tag.RequestedProcedureCodeSequence, code);
        return new DataSet()
                .putString(Tag.SpecificCharacterSet, "ISO_IR 192")
                .putString(Tag.ImageType, "ORIGINAL", "PRIMARY", "AXIAL")
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.7")
                .putString(Tag.SOPInstanceUID, study + ".1." + number)
                .putString(Tag.StudyDate, "20260101")
                .putString(Tag.SeriesDate, "20260101")
                .putString(Tag.StudyTime, "120000.123456")
                .putString(Tag.SeriesTime, "120000")
                .putString(Tag.AccessionNumber, "WARM-UP")
                .putString(Tag.Modality, "OT")
                .putString(Tag.Manufacturer, "Isocenter")
                .putString(Tag.InstitutionName, "Hôpital Général")
                .putString(Tag.ReferringPhysicianName, "Warm^Up")
                .putString(Tag.StudyDescription, "warm-up")
                .putString(Tag.SeriesDescription, "warm-up \"quoted\"")
                .putItems(Tag.ProcedureCodeSequence, code)
                .putString(Tag.PatientName, "Warm^Up=温^暖=おん^だん")
                .putString(Tag.PatientID, "WARM-UP")
                .putString(Tag.PatientBirthDate, "19700101")
                .putString(Tag.PatientSex, "O")
                .putString(Tag.PatientComments, "A comment\r\nof two lines")
                .putString(Tag.SliceThickness, "1.25")
                .putString(Tag.KVP, "120")
                .putString(Tag.StudyInstanceUID, study)
                .putString(Tag.SeriesInstanceUID, study + ".1")
                .putString(Tag.SeriesNumber, "1")
                .putInts(Tag.InstanceNumber, number)
                .putString(Tag.ImagePositionPatient, "-125.5", "-100", Integer.toString(number))
                .putString(Tag.ImageOrientationPatient, "1", "0", "0", "0", "1", "0")
                .putItems(Tag.RequestAttributesSequence, request)
                .putInts(Tag.SamplesPerPixel, 1)
                .putString(Tag.PhotometricInterpretation, "MONOCHROME2")
                .putInts(Tag.Rows, side)
                .putInts(Tag.Columns, side)
                .putString(Tag.PixelSpacing, "0.5", "0.5")
                .putInts(Tag.BitsAllocated, 8)
                .putInts(Tag.BitsStored, 8)
                .putInts(Tag.HighBit, 7)
                .putInts(Tag.PixelRepresentation, 0)
                .putString(Tag.WindowCenter, "40", "600")
                .putString(Tag.WindowWidth, "400", "1500")
                .put(new Element(Tag.PixelData, Vr.OW, new Value.Bytes(new byte[side * side])));
    }
}
