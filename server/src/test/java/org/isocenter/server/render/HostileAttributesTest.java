package org.isocenter.server.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.render.RenderOptions.Annotation;
import org.isocenter.server.render.RenderOptions.Output;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Images whose attributes are what they please. Each becomes a picture, or is refused with a reason.
final class HostileAttributesTest {
    private static final int ROUNDS = 20_000;

    private static final int[] TAGS = {
        Tag.SamplesPerPixel,
        Tag.PhotometricInterpretation,
        Tag.PlanarConfiguration,
        Tag.NumberOfFrames,
        Tag.Rows,
        Tag.Columns,
        Tag.BitsAllocated,
        Tag.BitsStored,
        Tag.HighBit,
        Tag.PixelRepresentation,
        Tag.RescaleSlope,
        Tag.RescaleIntercept,
        Tag.WindowCenter,
        Tag.WindowWidth,
        Tag.VOILUTFunction,
        Tag.WindowCenterWidthExplanation,
        Tag.PixelPaddingValue,
        Tag.PixelPaddingRangeLimit,
        Tag.FloatPixelPaddingValue,
        Tag.PresentationLUTShape,
        Tag.PixelPresentation,
        Tag.SOPClassUID,
        Tag.PatientName,
        Tag.PatientID,
        Tag.StudyDate,
        Tag.RedPaletteColorLookupTableDescriptor,
        Tag.GreenPaletteColorLookupTableDescriptor,
        Tag.BluePaletteColorLookupTableDescriptor,
        Tag.RedPaletteColorLookupTableData,
        Tag.GreenPaletteColorLookupTableData,
        Tag.BluePaletteColorLookupTableData,
        Tag.SegmentedRedPaletteColorLookupTableData,
        Tag.SegmentedGreenPaletteColorLookupTableData,
        Tag.SegmentedBluePaletteColorLookupTableData,
        Tag.ICCProfile,
        Tag.FloatPixelData,
        Tag.DoubleFloatPixelData,
        Tag.OverlayRows,
        Tag.OverlayColumns,
        Tag.OverlayType,
        Tag.OverlayOrigin,
        Tag.OverlayData,
        Tag.OverlayBitsAllocated,
        Tag.OverlayBitPosition,
        Tag.NumberOfFramesInOverlay,
        Tag.ImageFrameOrigin,
        Tag.OverlayActivationLayer,
        Tag.ShutterShape,
        Tag.ShutterLeftVerticalEdge,
        Tag.ShutterRightVerticalEdge,
        Tag.ShutterUpperHorizontalEdge,
        Tag.ShutterLowerHorizontalEdge,
        Tag.CenterOfCircularShutter,
        Tag.RadiusOfCircularShutter,
        Tag.VerticesOfThePolygonalShutter,
        Tag.ShutterPresentationValue,
        Tag.ShutterOverlayGroup,
        Tag.ImageRotation,
        Tag.ImageHorizontalFlip,
        Tag.FrameTime,
    };

    private static final int[] SEQUENCES = {
        Tag.ModalityLUTSequence,
        Tag.VOILUTSequence,
        Tag.PresentationLUTSequence,
        Tag.SharedFunctionalGroupsSequence,
        Tag.PerFrameFunctionalGroupsSequence,
        Tag.FrameVOILUTSequence,
        Tag.PixelValueTransformationSequence,
        Tag.SoftcopyVOILUTSequence,
        Tag.DisplayedAreaSelectionSequence,
        Tag.GraphicAnnotationSequence,
        Tag.GraphicObjectSequence,
        Tag.TextObjectSequence,
        Tag.ReferencedImageSequence,
        Tag.ReferencedSeriesSequence,
        Tag.FrameDisplayShutterSequence,
        Tag.OpticalPathSequence,
        Tag.MaskSubtractionSequence,
    };

    private static final int[] INNER = {
        Tag.LUTDescriptor,
        Tag.LUTData,
        Tag.LUTExplanation,
        Tag.WindowCenter,
        Tag.WindowWidth,
        Tag.VOILUTFunction,
        Tag.RescaleSlope,
        Tag.RescaleIntercept,
        Tag.DisplayedAreaTopLeftHandCorner,
        Tag.DisplayedAreaBottomRightHandCorner,
        Tag.GraphicData,
        Tag.GraphicType,
        Tag.GraphicAnnotationUnits,
        Tag.UnformattedTextValue,
        Tag.AnchorPoint,
        Tag.BoundingBoxTopLeftHandCorner,
        Tag.ReferencedSOPInstanceUID,
        Tag.ReferencedFrameNumber,
        Tag.ShutterShape,
        Tag.ICCProfile,
    };

    private static final String[] TEXTS = {
        "",
        "0",
        "1",
        "-1",
        "8",
        "12",
        "16",
        "32",
        "90",
        "255",
        "65535",
        "65536",
        "-32768",
        "1e-300",
        "1e300",
        "1e308",
        "NaN",
        "Infinity",
        "-Infinity",
        "9".repeat(400),
        "1\\2",
        "0\\0",
        "3\\3",
        "100\\-5",
        "1\\1\\3\\1\\3\\3",
        "MONOCHROME1",
        "MONOCHROME2",
        "PALETTE COLOR",
        "RGB",
        "YBR_FULL",
        "YBR_FULL_422",
        "YBR_PARTIAL_422",
        "OTHER",
        "LINEAR",
        "SIGMOID",
        "INVERSE",
        "COLOR",
        "G",
        "Y",
        "POLYLINE",
        "CIRCLE",
        "ELLIPSE",
        "POINT",
        "DISPLAY",
        "RECTANGULAR",
        "CIRCULAR",
        "POLYGONAL",
        "BITMAP",
        "RECTANGULAR\\CIRCULAR",
        "2.25.1",
        "1.2.840.10008.5.1.4.1.1.12.1",
        "A^B=C^D",
        "x\u0000y",
    };

    private final long seed = Long.getLong("seed", 991);
    private final Random random = new Random(seed);

    @Test
    @DisplayName("whatever the attributes are, there is a picture or a reason")
    void pictureOrReason() throws IOException {
        int pictures = 0;
        for (int round = 0; round < ROUNDS; round++) {
            DataSet head = head();
            byte[] frame = new byte[random.nextInt(5) == 0 ? random.nextInt(40) : 16 * 16 * 8];
            random.nextBytes(frame);
            try {
                RenderOptions options = options();
                TransferSyntax syntax = random.nextInt(4) == 0
                        ? TransferSyntax.EXPLICIT_BIG_ENDIAN
                        : random.nextInt(6) == 0 ? TransferSyntax.RLE_LOSSLESS : TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
                Instance instance = new Instance(head, syntax, BulkSource.of(new byte[4096]));
                Picture picture = Renderer.of(instance, options).render(1 + random.nextInt(3), frame);
                assertThat(picture.bytes()).isNotEmpty();
                pictures++;
            } catch (MalformedException reason) {
                assertThat(reason.reason()).isNotBlank();
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError broken) {
                fail("seed " + seed + " round " + round, broken);
            }
        }
        assertThat(pictures).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
    }

    /// A sound image in which some attributes are replaced.
    private DataSet head() {
        String photometric = switch (random.nextInt(4)) {
            case 0 -> "RGB";
            case 1 -> "PALETTE COLOR";
            default -> "MONOCHROME2";
        };
        int allocated = random.nextBoolean() ? 8 : 16;
        DataSet head = Sketch.head(photometric, 16, 16, allocated, allocated, random.nextBoolean());
        if (photometric.startsWith("PAL") && random.nextInt(4) > 0) {
            for (int i = 0; i < 3; i++) {
                Sketch.put(head, 0x00281101 + i, Vr.US, Sketch.words(4, 0, 16));
                Sketch.put(head, 0x00281201 + i, Vr.OW, Sketch.words(1, 2, 3, 65535));
            }
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            head.put(element(TAGS[random.nextInt(TAGS.length)]));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            head.put(sequence(3));
        }
        return head;
    }

    private RenderOptions options() {
        RenderOptions options = RenderOptions.of(Output.values()[random.nextInt(8) == 0 ? random.nextInt(4) : 3]);
        if (random.nextInt(3) == 0) {
            options = options.within(new Viewport(
                    1 + random.nextInt(40),
                    1 + random.nextInt(40),
                    random.nextInt(20),
                    random.nextDouble() * 20,
                    random.nextInt(60) - 30,
                    (random.nextDouble() - 0.5) * 60));
        }
        if (random.nextInt(4) == 0) {
            options = options.with(Set.of(Annotation.PATIENT, Annotation.TECHNIQUE));
        }
        if (random.nextInt(8) == 0) {
            options = options.withVoi("").with(RenderOptions.Colors.ADOBE_RGB);
        }
        if (random.nextInt(3) == 0) {
            DataSet state = new DataSet().putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.11.1");
            for (int i = random.nextInt(4); i > 0; i--) {
                state.put(element(TAGS[random.nextInt(TAGS.length)]));
                state.put(sequence(3));
            }
            options = options.with(
                    new Instance(state, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, BulkSource.of(new byte[4096])));
        }
        return options;
    }

    private Element sequence(int depth) {
        DataSet[] items = new DataSet[random.nextInt(4)];
        for (int i = 0; i < items.length; i++) {
            items[i] = new DataSet();
            for (int k = random.nextInt(4); k > 0; k--) {
                items[i].put(element(INNER[random.nextInt(INNER.length)]));
            }
            if (random.nextInt(3) == 0) {
                items[i].put(element(TAGS[random.nextInt(TAGS.length)]));
            }
            if (depth > 0 && random.nextInt(2) == 0) {
                items[i].put(sequence(depth - 1));
            }
        }
        DataSet holder = new DataSet().putItems(SEQUENCES[random.nextInt(SEQUENCES.length)], items);
        return holder.iterator().next();
    }

    private Element element(int tag) {
        Vr vr = switch (random.nextInt(6)) {
            case 0 -> Vr.values()[random.nextInt(Vr.values().length)];
            default -> Dictionary.vr(tag);
        };
        if (vr == Vr.SQ) {
            vr = Vr.UN;
        }
        return switch (random.nextInt(10)) {
            case 0 -> new Element(tag, vr, new Value.Bulk(random.nextInt(100), random.nextInt(3000)));
            case 1 -> new Element(tag, vr, new Value.Link("urn:x"));
            case 2 -> new Element(tag, vr, Value.Bytes.EMPTY);
            case 3, 4 -> {
                byte[] value = new byte[random.nextInt(random.nextInt(4) == 0 ? 2000 : 12)];
                random.nextBytes(value);
                yield new Element(tag, vr, new Value.Bytes(value));
            }
            case 5 -> new Element(tag, vr, new Value.Bytes(Sketch.words(random.nextInt(20), random.nextInt(4), 8, 16)));
            default -> {
                String text = TEXTS[random.nextInt(TEXTS.length)];
                yield new Element(tag, vr, new Value.Bytes(text.getBytes(StandardCharsets.ISO_8859_1)));
            }
        };
    }
}
