"""Compares pixels by independent decoders: pydicom with numpy and GDCM, and OpenJPEG for HTJ2K.

Reads pairs of files from standard input, tab between them, and prints for each the largest difference of two
samples, or why there is none to tell: "unread A" or "unread B" with a reason, "shape" where sizes differ.
"""
import itertools
import os
import subprocess
import sys
import tempfile
import warnings

import numpy
import pydicom
from pydicom.encaps import generate_pixel_data_frame
from pydicom.pixel_data_handlers.util import convert_color_space

warnings.simplefilter("ignore")


HIGH_THROUGHPUT = ["1.2.840.10008.1.2.4.%d" % last for last in (201, 202, 203)]


def frame_of_openjpeg(codestream, dataset):
    with tempfile.TemporaryDirectory() as folder:
        stream, raw = os.path.join(folder, "frame.j2k"), os.path.join(folder, "frame.rawl")
        with open(stream, "wb") as out:
            out.write(codestream)
        subprocess.run(["opj_decompress", "-i", stream, "-o", raw], check=True, stdout=subprocess.DEVNULL)
        bits = (codestream[42] & 127) + 1
        planes = numpy.fromfile(raw, "u1" if bits <= 8 else "<u2").astype(numpy.int64)
        if codestream[42] > 127:
            planes -= (planes >> bits - 1) << bits
        # Component by component, as OpenJPEG writes raw files.
        planes = planes.reshape(dataset.SamplesPerPixel, dataset.Rows, dataset.Columns)
        return planes[0] if dataset.SamplesPerPixel == 1 else planes.transpose(1, 2, 0)


def array_of(dataset):
    if dataset.file_meta.TransferSyntaxUID not in HIGH_THROUGHPUT:
        return dataset.pixel_array
    count = int(dataset.get("NumberOfFrames", 1))
    frames = [frame_of_openjpeg(frame, dataset) for frame in generate_pixel_data_frame(dataset.PixelData, count)]
    return frames[0] if count == 1 else numpy.stack(frames)


def pixels(path):
    dataset = pydicom.dcmread(path, force=True)
    pixel_data = dataset["PixelData"]
    if pixel_data.VR == "OW" and dataset.BitsAllocated == 8 and not dataset.is_little_endian:
        # The two pixels of a word are turned around (PS3.5 8.1.1), which pydicom leaves undone.
        dataset.PixelData = numpy.frombuffer(pixel_data.value, numpy.uint16).byteswap().tobytes()
    array = array_of(dataset)
    space = dataset.PhotometricInterpretation
    if space in ("YBR_FULL", "YBR_FULL_422"):
        array = convert_color_space(array, "YBR_FULL", "RGB")
    return array


def difference(a, b):
    if a.shape != b.shape:
        return "shape"
    if numpy.array_equal(a, b):
        return "0"
    return str(int(numpy.abs(a.astype(numpy.int64) - b.astype(numpy.int64)).max()))


def unread(name, problem):
    return "unread %s %s %s" % (name, type(problem).__name__, str(problem).replace("\n", " ")[:100])


def judge(original, copies, tell):
    """Tells a line for each copy, and one without text before what may end the process."""
    try:
        a = pixels(original)
    except Exception as problem:  # whatever a decoder has against a file is an answer
        tell.writelines(unread("A", problem) + "\n" for _ in copies)
        return
    for copy in copies:
        tell.write("\n")
        tell.flush()
        try:
            tell.write(difference(a, pixels(copy)) + "\n")
        except Exception as problem:
            tell.write(unread("B", problem) + "\n")


def verdicts(original, copies):
    """In a process of its own, since decoders in native code may end theirs; the next takes what is left then."""
    told = []
    while len(told) < len(copies):
        answer, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(answer)
            with os.fdopen(tell, "w") as out:
                judge(original, copies[len(told):], out)
            os._exit(0)
        os.close(tell)
        with os.fdopen(answer) as said:
            lines = said.read().split("\n")[:-1]
        told += [line for line in lines if line]
        if os.waitpid(child, 0)[1] != 0:
            told.append("unread %s crashed" % ("B" if lines else "A"))
    return told


pairs = [line.rstrip("\n").split("\t") for line in sys.stdin]
for original, copies in itertools.groupby(pairs, lambda pair: pair[0]):
    for said in verdicts(original, [copy for _, copy in copies]):
        print(said, flush=True)
