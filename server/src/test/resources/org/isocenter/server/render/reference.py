"""Renders the frames of DICOM files by the formulas of the standard, with numpy and nothing of the server.

Reads paths from standard input, one a line. Writes the pictures, bare 8-bit pixels, one behind the other into
the file that is the argument, and for each a line to standard output, columns parted by tabs:

    path  frame  width  height  components  first byte
    path  -      reason why there is none
"""

import sys
import warnings
import zlib

import numpy as np
import pydicom
from pydicom.encaps import generate_pixel_data_frame

warnings.simplefilter("ignore")

RLE = "1.2.840.10008.1.2.5"
DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"
# Decoders of lossy JPEG and JPEG 2000 need not agree to the last bit; those of JPEG-LS do.
LOSSY = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.203"}


class NotShown(Exception):
    pass


def words(value, order="<"):
    """The 16-bit words of a table, which pydicom gives as bytes or as numbers."""
    if isinstance(value, (bytes, bytearray)):
        return np.frombuffer(bytes(value[: len(value) // 2 * 2]), order + "u2").astype(np.int64)
    return np.asarray(value, np.int64) & 0xFFFF


def unpacked(fragment):
    """The one segment of a run-length encoded frame (PS3.5 annex G)."""
    out, at = bytearray(), 64
    while at + 1 < len(fragment):
        head = fragment[at]
        if head < 128:
            out += fragment[at + 1 : at + 2 + head]
            at += 2 + head
        elif head > 128:
            out += fragment[at + 1 : at + 2] * (257 - head)
            at += 2
        else:
            at += 1
    return np.frombuffer(bytes(out), np.uint8)


def samples_of(ds):
    """All frames as integers of the bits that are stored: frame, row, column, component."""
    rows, columns, count = ds.Rows, ds.Columns, int(ds.get("NumberOfFrames", 1) or 1)
    components = ds.SamplesPerPixel
    syntax = str(ds.file_meta.TransferSyntaxUID)
    allocated, stored, high = ds.BitsAllocated, ds.BitsStored, ds.HighBit
    if syntax in LOSSY:
        raise NotShown("lossy")
    if syntax == DEFLATED_FRAMES:
        frames = []
        for fragment in generate_pixel_data_frame(ds.PixelData, count):
            plain = np.frombuffer(zlib.decompress(fragment, -15), np.uint8)
            if allocated == 1:
                plain = np.unpackbits(plain, bitorder="little")[: rows * columns]
            frames.append(plain)
        array = np.concatenate(frames)
    elif allocated == 1 and syntax == RLE:
        frames = [unpacked(f) for f in generate_pixel_data_frame(ds.PixelData, count)]
        array = np.concatenate([np.unpackbits(f, bitorder="little")[: rows * columns] for f in frames])
    elif allocated == 1 and syntax.startswith("1.2.840.10008.1.2.4"):
        raise NotShown("compressed bits")
    elif allocated == 1:
        array = np.unpackbits(np.frombuffer(ds.PixelData, np.uint8), bitorder="little")
        array = array[: rows * columns * count]
    else:
        if allocated == 8 and not ds.is_little_endian and ds["PixelData"].VR == "OW":
            # The first pixel is in the lower byte of a word (PS3.5 8.1.1), which comes second.
            ds.PixelData = np.frombuffer(ds.PixelData, ">u2").astype("<u2").tobytes()
        sign = ds.PixelRepresentation
        array = ds.pixel_array
        # GDCM puts the sign of the codestream in its place, where that has another one.
        ds.PixelRepresentation = sign
    array = array.reshape(count, rows, columns, components)
    array = array.astype(np.int64) & ((1 << allocated) - 1)
    if not syntax.startswith("1.2.840.10008.1.2.4"):
        array = array >> (high - stored + 1)
    array = array & ((1 << stored) - 1)
    if ds.PixelRepresentation == 1:
        array = np.where(array >> (stored - 1) & 1, array - (1 << stored), array)
    return array


def first_item(ds, keyword):
    items = ds.get(keyword)
    return items[0] if items else None


def functional_group(ds, frame, keyword):
    own = ds.get("PerFrameFunctionalGroupsSequence") or []
    if frame < len(own) and first_item(own[frame], keyword) is not None:
        return first_item(own[frame], keyword)
    shared = first_item(ds, "SharedFunctionalGroupsSequence")
    return None if shared is None else first_item(shared, keyword)


def look_up(x, item, signed):
    """PS3.3 C.11.1.1: what is below the first value gets the first entry, what is beyond the last one the last."""
    count, first, bits = [int(v) for v in item.LUTDescriptor]
    count = count or 65536
    first &= 0xFFFF
    if signed and first > 32767:
        first -= 65536
    data = item.LUTData
    raw = bytes(data) if isinstance(data, (bytes, bytearray)) else None
    entries = np.frombuffer(raw, np.uint8) if raw is not None and len(raw) < 2 * count else words(data)
    entries = entries[:count].astype(np.float64)
    place = np.floor(x - first + 0.5).astype(np.int64)
    return entries[np.clip(place, 0, count - 1)], float((1 << bits) - 1)


def windowed(x, center, width, function):
    """PS3.3 C.11.2.1.2.1, C.11.2.1.3.1 and C.11.2.1.3.2, with y from 0 to 255."""
    if function == "SIGMOID":
        return 255.0 / (1.0 + np.exp(-4.0 * (x - center) / width))
    if function == "LINEAR_EXACT" or width < 1:
        y = ((x - center) / width + 0.5) * 255.0
        return np.where(x <= center - width / 2, 0.0, np.where(x > center + width / 2, 255.0, y))
    with np.errstate(all="ignore"):
        y = ((x - (center - 0.5)) / (width - 1) + 0.5) * 255.0
    low, high = center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2
    return np.where(x <= low, 0.0, np.where(x > high, 255.0, y))


def number(ds, keyword, otherwise):
    value = ds.get(keyword)
    return otherwise if value is None or value == "" else float(value)


def values(ds, keyword):
    value = ds.get(keyword)
    if value is None or value == "":
        return []
    return [float(v) for v in value] if isinstance(value, (list, pydicom.multival.MultiValue)) else [float(value)]


def modality(ds, frame, x, signed):
    item = functional_group(ds, frame, "PixelValueTransformationSequence")
    table = None if item is not None else first_item(ds, "ModalityLUTSequence")
    if table is not None:
        return look_up(x, table, signed)[0]
    source = ds if item is None else item
    return x * number(source, "RescaleSlope", 1.0) + number(source, "RescaleIntercept", 0.0)


def voi(source, x, signed):
    """The values on a scale to 255, or None where nothing tells what is of interest."""
    table = first_item(source, "VOILUTSequence")
    if table is not None:
        y, top = look_up(x, table, signed)
        return y / top * 255.0
    for center, width in zip(values(source, "WindowCenter"), values(source, "WindowWidth")):
        if width > 0:
            return windowed(x, center, width, source.get("VOILUTFunction") or "LINEAR")
    return None


def padded(ds, stored):
    if "PixelPaddingValue" not in ds:
        return np.zeros(stored.shape, bool)
    one = int(ds.PixelPaddingValue)
    other = int(ds.get("PixelPaddingRangeLimit", one))
    return (stored >= min(one, other)) & (stored <= max(one, other))


def grey(ds, frame, stored, bits, signed):
    padding = padded(ds, stored)
    x = modality(ds, frame, stored.astype(np.float64), signed)
    y = None
    item = functional_group(ds, frame, "FrameVOILUTSequence")
    if item is not None:
        y = voi(item, x, True)
    if y is None:
        y = voi(ds, x, signed)
    if y is None:
        if bits <= 8 and not signed:
            every = modality(ds, frame, np.arange(1 << bits, dtype=np.float64), signed)
        else:
            every = x[~padding & np.isfinite(x)]
        low, high = every.min(), every.max()
        y = (x - low) / (high - low) * 255.0 if high > low else np.where(x > low, 255.0, 0.0)
    shade = np.floor(np.clip(y, 0, 255) + 0.5).astype(np.int64)
    if ds.PhotometricInterpretation == "MONOCHROME1":
        shade = 255 - shade
    return np.where(padding, 0, shade)


def segments(data, wide):
    """PS3.3 C.7.9.2, by its three kinds of segments; the data in units of bytes or words."""
    out = []

    def expand(at, may_refer):
        kind, length = int(data[at]), int(data[at + 1])
        if kind == 0:
            out.extend(int(v) for v in data[at + 2 : at + 2 + length])
            return at + 2 + length
        if kind == 1:
            start, end = out[-1], int(data[at + 2])
            out.extend(int(np.floor(start + (end - start) * i / length + 0.5)) for i in range(1, length + 1))
            return at + 3
        assert kind == 2 and may_refer
        if wide:
            place = (int(data[at + 2]) | int(data[at + 3]) << 16) // 2
        else:
            place = sum(int(data[at + 2 + i]) << 8 * i for i in range(4))
        for _ in range(length):
            place = expand(place, False)
        return at + (4 if wide else 6)

    at = 0
    while at < len(data):
        at = expand(at, True)
    return np.array(out, np.int64)


def palette(ds, signed):
    big = not ds.is_little_endian
    tables = []
    for color in ("Red", "Green", "Blue"):
        count, first, bits = [int(v) & 0xFFFF for v in ds[color + "PaletteColorLookupTableDescriptor"].value]
        count = count or 65536
        if signed and first > 32767:
            first -= 65536
        plain = ds.get(color + "PaletteColorLookupTableData")
        if plain is not None:
            entries = words(plain, ">" if big else "<")
            if bits == 8 and len(plain) < 2 * count:
                raw = plain if not big else words(plain, ">").astype("<u2").tobytes()
                entries = np.frombuffer(raw, np.uint8).astype(np.int64)
        else:
            data = ds["Segmented" + color + "PaletteColorLookupTableData"].value
            wide = bits > 8
            entries = segments(words(data, ">" if big else "<") if wide else np.frombuffer(data, np.uint8), wide)
        tables.append((first, entries[:count] >> (bits - 8)))
    return tables[0][0], np.stack([t for _, t in tables], -1)


def colored(stored, first, table):
    return table[np.clip(stored - first, 0, len(table) - 1)]


def eight_bits(array, bits):
    top = (1 << bits) - 1
    return (array * 255 + top // 2) // top


def full_to_rgb(array):
    """The inverse of the matrix in PS3.3 C.7.6.3.1.2, which is that of JFIF."""
    y, b, r = [array[..., i].astype(np.float64) for i in range(3)]
    rgb = np.stack(
        [y + 1.402 * (r - 128), y - 0.344136 * (b - 128) - 0.714136 * (r - 128), y + 1.772 * (b - 128)], -1
    )
    return np.clip(np.floor(rgb + 0.5), 0, 255).astype(np.int64)


def frames_of(ds):
    """The pictures of all frames: arrays of row, column, component."""
    for keyword, kind in (("FloatPixelData", "f4"), ("DoubleFloatPixelData", "f8")):
        if keyword in ds:
            order = "<" if ds.is_little_endian else ">"
            shape = (int(ds.get("NumberOfFrames", 1)), ds.Rows, ds.Columns)
            for i, frame in enumerate(np.frombuffer(ds[keyword].value, order + kind).reshape(shape)):
                yield grey(ds, i, frame.astype(np.float64), 32, True)[..., None]
            return
    array = samples_of(ds)
    bits, signed = ds.BitsStored, ds.PixelRepresentation == 1
    photometric = ds.PhotometricInterpretation
    for i, frame in enumerate(array):
        if photometric in ("MONOCHROME1", "MONOCHROME2"):
            shades = grey(ds, i, frame[..., 0], bits, signed)
            if ds.get("PixelPresentation") in ("COLOR", "MIXED"):
                first, table = palette(ds, signed)
                colors = colored(frame[..., 0], first, table)
                yield np.where((frame >= first), colors, shades[..., None])
            else:
                yield shades[..., None]
        elif photometric == "PALETTE COLOR":
            yield colored(frame[..., 0], *palette(ds, signed))
        elif photometric in ("RGB", "YBR_RCT", "YBR_ICT"):
            yield eight_bits(frame, bits)
        elif photometric in ("YBR_FULL", "YBR_FULL_422"):
            yield full_to_rgb(eight_bits(frame, bits))
        else:
            raise NotShown(photometric)


def pixel_ratio(ds, frame):
    """Height of a pixel to its width (PS3.3 C.7.6.3.1.7, C.7.6.16.2.1)."""
    measures = functional_group(ds, frame, "PixelMeasuresSequence")
    for source, keyword in (
        (measures, "PixelSpacing"),
        (ds, "PixelSpacing"),
        (ds, "ImagerPixelSpacing"),
        (ds, "NominalScannedPixelSpacing"),
        (ds, "PixelAspectRatio"),
    ):
        distances = [] if source is None else values(source, keyword)
        if len(distances) == 2 and min(distances) > 0:
            return distances[0] / distances[1]
    return 1.0


def lengthened(picture, axis, length):
    """Straight lines from the center of one pixel to that of the next."""
    count = picture.shape[axis]
    places = (np.arange(length) + 0.5) * count / length - 0.5
    line = lambda old: np.floor(np.interp(places, np.arange(count), old) + 0.5)
    return np.apply_along_axis(line, axis, picture.astype(np.float64))


def squared(picture, ratio):
    """The picture with more pixels along their longer side, where that is to be seen."""
    if max(ratio, 1 / ratio) < 1.01:
        return picture
    rows, columns = picture.shape[:2]
    if ratio > 1:
        return lengthened(picture, 0, int(np.floor(rows * ratio + 0.5)))
    return lengthened(picture, 1, int(np.floor(columns / ratio + 0.5)))


def main():
    with open(sys.argv[1], "wb") as out:
        for path in sys.stdin.read().splitlines():
            try:
                ds = pydicom.dcmread(path, force=True)
                pictures = [squared(np.asarray(p), pixel_ratio(ds, i)) for i, p in enumerate(frames_of(ds))]
            except Exception as reason:  # whatever this decoder cannot do
                print(path, "-", type(reason).__name__ + " " + str(reason).split("\n")[0], sep="\t")
                continue
            for i, picture in enumerate(pictures):
                height, width, components = picture.shape
                print(path, i + 1, width, height, components, out.tell(), sep="\t")
                out.write(picture.astype(np.uint8).tobytes())


main()
