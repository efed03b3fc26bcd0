package org.isocenter.dicom.pixel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TranscodingTest {
    private static final long SEED = 20_261_126;

    static List<TransferSyntax> lossless() {
        return List.of(
                TransferSyntax.RLE_LOSSLESS,
                TransferSyntax.DEFLATED_IMAGE_FRAME,
                TransferSyntax.JPEG_LOSSLESS,
                TransferSyntax.JPEG_LOSSLESS_FIRST_ORDER,
                TransferSyntax.JPEG_LS_LOSSLESS,
                TransferSyntax.JPEG_LS_NEAR_LOSSLESS,
                TransferSyntax.JPEG_2000_LOSSLESS,
                TransferSyntax.HTJ2K_LOSSLESS,
                TransferSyntax.HTJ2K_LOSSLESS_RPCL,
                TransferSyntax.HTJ2K);
    }

    private static DataSet image(int columns, int rows, String photometric, int allocated, int stored, boolean signed) {
        int samples = photometric.startsWith("MONO") || photometric.startsWith("PAL") ? 1 : 3;
        return new DataSet()
                .putInts(Tag.Columns, columns)
                .putInts(Tag.Rows, rows)
                .putInts(Tag.SamplesPerPixel, samples)
                .putString(Tag.PhotometricInterpretation, photometric)
                .putInts(Tag.BitsAllocated, allocated)
                .putInts(Tag.BitsStored, stored)
                .putInts(Tag.HighBit, stored - 1)
                .putInts(Tag.PixelRepresentation, signed ? 1 : 0);
    }

    private static Transcoding way(ImagePixel image, TransferSyntax from, TransferSyntax to) {
        @Nullable Transcoding way = Transcoding.find(image, from, to);
        assertThat(way).as(image + " from " + from + " to " + to).isNotNull();
        if (way == null) {
            throw new AssertionError();
        }
        return way;
    }

    /// Whatever the bits beyond those stored are.
    @ParameterizedTest
    @MethodSource("lossless")
    void anyNativeFrameComesBackAsItWas(TransferSyntax syntax) throws MalformedException {
        Random random = new Random(SEED);
        for (int allocated : new int[] {8, 16}) {
            for (int stored = 2; stored <= allocated; stored++) {
                for (boolean signed : new boolean[] {false, true}) {
                    for (String photometric : List.of("MONOCHROME2", "PALETTE COLOR", "RGB", "YBR_FULL")) {
                        ImagePixel image = ImagePixel.of(image(13, 7, photometric, allocated, stored, signed));
                        byte[] frame = new byte[(int) image.frameBytes()];
                        random.nextBytes(frame);
                        Transcoding there = way(image, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, syntax);
                        Transcoding back = way(there.target(), syntax, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
                        byte[] compressed = there.frame(frame);
                        assertThat(compressed.length % 2).isZero();
                        // A frame with other bits tells them all; what is stored is then more than was promised.
                        ImagePixel all = there.target().withBits(allocated, allocated, signed);
                        Transcoding whole = way(all, syntax, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
                        assertThat(whole.frame(compressed)).as(image.toString()).isEqualTo(frame);
                        assertThat(back.target().photometric()).isEqualTo(image.photometric());
                    }
                }
            }
        }
    }

    @Test
    void planesAndBigEndianBecomePixelsAndLittleEndian() throws MalformedException {
        DataSet planar = image(2, 1, "RGB", 16, 16, false).putInts(Tag.PlanarConfiguration, 1);
        ImagePixel image = ImagePixel.of(planar);
        byte[] frame = {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6};
        Transcoding there = way(image, TransferSyntax.EXPLICIT_BIG_ENDIAN, TransferSyntax.RLE_LOSSLESS);
        Transcoding back = way(there.target(), TransferSyntax.RLE_LOSSLESS, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        assertThat(back.frame(there.frame(frame))).containsExactly(1, 0, 3, 0, 5, 0, 2, 0, 4, 0, 6, 0);
        there.describe(planar, 0, 0);
        assertThat(planar.findInt(Tag.PlanarConfiguration)).isZero();

        Transcoding turned = way(image, TransferSyntax.EXPLICIT_BIG_ENDIAN, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        assertThat(turned.frame(frame)).containsExactly(1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0);
        assertThat(turned.target().planar()).isTrue();
    }

    @Test
    void pairsOfSmallPixelsInWordsAreTurnedAround() throws MalformedException {
        DataSet words = image(2, 2, "MONOCHROME2", 8, 8, false)
                .put(new Element(Tag.PixelData, Vr.OW, new Value.Bytes(new byte[4])));
        Transcoding way =
                way(ImagePixel.of(words), TransferSyntax.EXPLICIT_BIG_ENDIAN, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        assertThat(way.frame(new byte[] {2, 1, 4, 3})).containsExactly(1, 2, 3, 4);
        DataSet bytes = image(2, 2, "MONOCHROME2", 8, 8, false)
                .put(new Element(Tag.PixelData, Vr.OB, new Value.Bytes(new byte[4])));
        Transcoding plain =
                way(ImagePixel.of(bytes), TransferSyntax.EXPLICIT_BIG_ENDIAN, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        assertThat(plain.frame(new byte[] {1, 2, 3, 4})).containsExactly(1, 2, 3, 4);
    }

    @Test
    void halfChrominanceIsBroughtToFullSize() throws MalformedException {
        ImagePixel image = ImagePixel.of(image(2, 1, "YBR_FULL_422", 8, 8, false));
        assertThat(image.frameBytes()).isEqualTo(4);
        Transcoding there = way(image, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, TransferSyntax.JPEG_LS_LOSSLESS);
        assertThat(there.target().photometric()).isEqualTo(Photometric.YBR_FULL);
        Transcoding back = way(there.target(), TransferSyntax.JPEG_LS_LOSSLESS, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        assertThat(back.frame(there.frame(new byte[] {10, 20, 30, 40}))).containsExactly(10, 30, 40, 20, 30, 40);
    }

    @Test
    void lossyCompressionIsTold() throws MalformedException {
        DataSet dataSet = image(16, 16, "RGB", 8, 8, false).putString(Tag.ImageType, "ORIGINAL", "PRIMARY");
        Transcoding way =
                way(ImagePixel.of(dataSet), TransferSyntax.EXPLICIT_LITTLE_ENDIAN, TransferSyntax.JPEG_BASELINE);
        assertThat(way.lossy()).isTrue();
        way.describe(dataSet, 768, 256);
        assertThat(dataSet.findString(Tag.LossyImageCompression)).isEqualTo("01");
        assertThat(dataSet.strings(Tag.LossyImageCompressionRatio)).containsExactly("3.0");
        assertThat(dataSet.strings(Tag.LossyImageCompressionMethod)).containsExactly("ISO_10918_1");
        assertThat(dataSet.strings(Tag.ImageType)).containsExactly("DERIVED", "PRIMARY");
        assertThat(dataSet.findString(Tag.PhotometricInterpretation)).isEqualTo("YBR_FULL");
    }

    /// PS3.5 section 8.2.4: colours behind the transforms of JPEG 2000 are named after them.
    @Test
    void colorsOfJpeg2000AreNamedAfterTheirTransform() throws MalformedException {
        DataSet dataSet = image(16, 16, "RGB", 8, 8, false);
        ImagePixel image = ImagePixel.of(dataSet);
        Transcoding lossless = way(image, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, TransferSyntax.HTJ2K_LOSSLESS_RPCL);
        assertThat(lossless.target().photometric()).isEqualTo(Photometric.YBR_RCT);
        assertThat(lossless.lossy()).isFalse();
        Transcoding lossy = way(image, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, TransferSyntax.JPEG_2000_LOSSY);
        lossy.describe(dataSet, 768, 384);
        assertThat(dataSet.findString(Tag.PhotometricInterpretation)).isEqualTo("YBR_ICT");
        assertThat(dataSet.strings(Tag.LossyImageCompressionMethod)).containsExactly("ISO_15444_1");
        ImagePixel full = ImagePixel.of(image(16, 16, "YBR_FULL", 8, 8, false));
        assertThat(way(full, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, TransferSyntax.JPEG_2000_LOSSLESS)
                        .target()
                        .photometric())
                .isEqualTo(Photometric.YBR_FULL);
    }

    @Test
    void whatATransferSyntaxCannotHoldIsNotPromised() throws MalformedException {
        TransferSyntax from = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
        ImagePixel deep = ImagePixel.of(image(4, 4, "MONOCHROME2", 16, 12, false));
        ImagePixel deeper = ImagePixel.of(image(4, 4, "MONOCHROME2", 32, 32, false));
        ImagePixel bits = ImagePixel.of(image(4, 4, "MONOCHROME2", 1, 1, false));
        assertThat(Transcoding.find(deep, from, TransferSyntax.JPEG_BASELINE)).isNull();
        assertThat(Transcoding.find(deeper, from, TransferSyntax.JPEG_LS_LOSSLESS))
                .isNull();
        assertThat(Transcoding.find(bits, from, TransferSyntax.RLE_LOSSLESS)).isNull();
        ImagePixel palette = ImagePixel.of(image(4, 4, "PALETTE COLOR", 8, 8, false));
        assertThat(Transcoding.find(palette, from, TransferSyntax.JPEG_2000_LOSSY))
                .isNull();
        assertThat(Transcoding.find(deep, from, TransferSyntax.JPEG_EXTENDED)).isNull();
        assertThat(Transcoding.find(deep, TransferSyntax.JPEG_XL, from)).isNull();
    }

    @Test
    void attributesThatGiveNoImageAreRefused() {
        List<DataSet> broken = new ArrayList<>();
        broken.add(new DataSet());
        broken.add(image(0, 4, "MONOCHROME2", 8, 8, false));
        broken.add(image(4, 4, "MONOCHROME2", 12, 12, false));
        broken.add(image(4, 4, "RGB", 8, 8, false).putInts(Tag.SamplesPerPixel, 1));
        broken.add(image(4, 4, "MONOCHROME2", 8, 8, false).putInts(Tag.SamplesPerPixel, 9));
        for (DataSet dataSet : broken) {
            assertThatThrownBy(() -> ImagePixel.of(dataSet)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void framesThatAreNotOfTheImageAreRefused() throws MalformedException {
        ImagePixel image = ImagePixel.of(image(4, 4, "MONOCHROME2", 8, 8, false));
        ImagePixel other = ImagePixel.of(image(4, 5, "MONOCHROME2", 8, 8, false));
        for (TransferSyntax syntax : lossless()) {
            byte[] frame =
                    way(image, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, syntax).frame(new byte[16]);
            FrameDecoder decoder = new FrameDecoder(other, syntax);
            assertThatThrownBy(() -> decoder.decode(frame)).as(syntax.name()).isInstanceOf(MalformedException.class);
        }
        FrameDecoder plain = new FrameDecoder(image, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        assertThatThrownBy(() -> plain.decode(new byte[15])).isInstanceOf(MalformedException.class);
    }
}
