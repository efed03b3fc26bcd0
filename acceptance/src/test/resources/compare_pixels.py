"""Compares pixels by independent decoders: pydicom with numpy and GDCM.

Reads pairs of files from standard input, tab between them, and prints for each the largest difference of two
samples, or why there is none to tell: "unread A" or "unread B" with a reason, "shape" where sizes differ.
"""
import sys
import warnings

import numpy
import pydicom
from pydicom.pixel_data_handlers.util import convert_color_space

warnings.simplefilter("ignore")


def pixels(path):
    dataset = pydicom.dcmread(path, force=True)
    pixel_data = dataset["PixelData"]
    if pixel_data.VR == "OW" and dataset.BitsAllocated == 8 and not dataset.is_little_endian:
        # The two pixels of a word are turned around (PS3.5 8.1.1), which pydicom leaves undone.
        dataset.PixelData = numpy.frombuffer(pixel_data.value, numpy.uint16).byteswap().tobytes()
    array = dataset.pixel_array
    space = dataset.PhotometricInterpretation
    if space in ("YBR_FULL", "YBR_FULL_422"):
        array = convert_color_space(array, "YBR_FULL", "RGB")
    return array.astype(numpy.int64)


for line in sys.stdin:
    first, second = line.rstrip("\n").split("\t")
    arrays = []
    for name, path in (("A", first), ("B", second)):
        try:
            arrays.append(pixels(path))
        except Exception as problem:  # whatever a decoder has against a file is an answer
            print("unread", name, type(problem).__name__, str(problem).replace("\n", " ")[:100], flush=True)
            break
    if len(arrays) == 2:
        a, b = arrays
        print("shape" if a.shape != b.shape else int(numpy.abs(a - b).max()), flush=True)
