"""Compares pixels by independent decoders: pydicom with numpy and GDCM.

Reads pairs of files from standard input, tab between them, and prints for each the largest difference of two
samples, or why there is none to tell: "unread A" or "unread B" with a reason, "shape" where sizes differ.
"""
import os
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


def verdict(first, second, told):
    arrays = []
    for name, path in (("A", first), ("B", second)):
        try:
            arrays.append(pixels(path))
        except Exception as problem:  # whatever a decoder has against a file is an answer
            return "unread %s %s %s" % (name, type(problem).__name__, str(problem).replace("\n", " ")[:100])
        os.write(told, name.encode())
    a, b = arrays
    return "shape" if a.shape != b.shape else str(int(numpy.abs(a - b).max()))


for line in sys.stdin:
    # In a process of its own, since decoders in native code may end theirs.
    answer, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(answer)
        os.write(tell, b"\n" + verdict(*line.rstrip("\n").split("\t"), tell).encode())
        os._exit(0)
    os.close(tell)
    with os.fdopen(answer, "rb") as said:
        read, _, last = said.read().rpartition(b"\n")
    crashed = os.waitpid(child, 0)[1] != 0
    print("unread %s crashed" % ("B" if b"A" in last else "A") if crashed else last.decode(), flush=True)
