package org.isocenter.codec.jpeg2000;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isocenter.codec.MalformedException;

/// Writes the markers of a codestream of one tile (T.800 Annex A), whose tile-parts are its resolutions
/// where that is what the order of its packets begins with.
final class CodestreamWriter {
    private static final int CAPABILITIES_OF_PART_15 = 0x4000;
    private static final int SOT_LENGTH = 12;
    private static final int SOD_LENGTH = 2;

    /// In TLM, two bytes for the number of a tile and four for the length of a part (table A.34).
    private static final int TLM_SIZES = 0x60;

    private final ImageSize size;
    private final TileParameters parameters;
    private final CodingStyle style;
    private final Quantization quantization;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    CodestreamWriter(ImageSize size, TileParameters parameters) throws MalformedException {
        this.size = size;
        this.parameters = parameters;
        style = parameters.style(0);
        quantization = parameters.quantization(0);
    }

    byte[] write(TileComponent[] components, Map<Band, EncodedBlock[]> blocks) {
        List<byte[]> parts = parts(components, blocks);
        u16(Marker.SOC);
        writeSize();
        if (style.has(CodingStyle.HIGH_THROUGHPUT)) {
            writeCapabilities(components);
        }
        writeStyle();
        writeQuantization();
        if (parameters.order() == Progression.Order.RPCL) {
            writeLengths(parts);
        }
        for (int part = 0; part < parts.size(); part++) {
            byte[] packets = parts.get(part);
            u16(Marker.SOT);
            u16(10);
            u16(0);
            u32(packets.length + SOT_LENGTH + SOD_LENGTH);
            u8(part);
            u8(parts.size());
            u16(Marker.SOD);
            out.write(packets, 0, packets.length);
        }
        u16(Marker.EOC);
        return out.toByteArray();
    }

    private List<byte[]> parts(TileComponent[] components, Map<Band, EncodedBlock[]> blocks) {
        PacketOrder order = new PacketOrder(TileComponent.precincts(components), parameters);
        PacketWriter packets = new PacketWriter(blocks);
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        List<byte[]> parts = new ArrayList<>();
        int resolution = 0;
        for (Precinct next = order.next(); next != null; next = order.next()) {
            if (next.resolution.number != resolution && parameters.order() == Progression.Order.RPCL) {
                parts.add(part.toByteArray());
                part.reset();
                resolution = next.resolution.number;
            }
            packets.write(next, part);
        }
        parts.add(part.toByteArray());
        return parts;
    }

    private void writeSize() {
        u16(Marker.SIZ);
        u16(38 + 3 * size.components);
        u16(style.has(CodingStyle.HIGH_THROUGHPUT) ? CAPABILITIES_OF_PART_15 : 0);
        for (int round = 0; round < 2; round++) {
            // The tile is the image.
            u32(size.image.x1());
            u32(size.image.y1());
            u32(0);
            u32(0);
        }
        u16(size.components);
        for (int c = 0; c < size.components; c++) {
            u8((size.signed ? 0x80 : 0) | size.bits[c] - 1);
            u8(1);
            u8(1);
        }
    }

    /// T.814 A.3: all code-blocks are those of part 15, each of one set of passes, of so many magnitude bits.
    private void writeCapabilities(TileComponent[] components) {
        int planes = 0;
        for (TileComponent component : components) {
            planes = Math.max(planes, component.maxBitPlanes());
        }
        int code = planes <= 8 ? 0 : planes < 28 ? planes - 8 : 13 + (planes >> 2);
        u16(Marker.CAP);
        u16(8);
        u32(1 << 32 - 15);
        u16(code);
    }

    private void writeStyle() {
        u16(Marker.COD);
        u16(12);
        u8(0);
        u8(parameters.order().ordinal());
        u16(parameters.layers());
        u8(parameters.componentsAreTransformed() ? 1 : 0);
        u8(style.levels());
        u8(style.blockWidth() - 2);
        u8(style.blockHeight() - 2);
        u8(style.blockStyle());
        u8(style.reversible() ? 1 : 0);
    }

    private void writeQuantization() {
        boolean plain = quantization.style() == Quantization.Style.NONE;
        int[] exponents = quantization.exponents();
        u16(Marker.QCD);
        u16(3 + exponents.length * (plain ? 1 : 2));
        u8(quantization.guardBits() << 5 | quantization.style().ordinal());
        for (int band = 0; band < exponents.length; band++) {
            if (plain) {
                u8(exponents[band] << 3);
            } else {
                u16(exponents[band] << 11 | quantization.mantissas()[band]);
            }
        }
    }

    private void writeLengths(List<byte[]> parts) {
        u16(Marker.TLM);
        u16(4 + 6 * parts.size());
        u8(0);
        u8(TLM_SIZES);
        for (byte[] part : parts) {
            u16(0);
            u32(part.length + SOT_LENGTH + SOD_LENGTH);
        }
    }

    private void u8(int value) {
        out.write(value);
    }

    private void u16(int value) {
        u8(value >> 8);
        u8(value);
    }

    private void u32(int value) {
        u16(value >> 16);
        u16(value);
    }
}
