"""Reads a file-set by its DICOMDIR alone, and tells each instance: its UID, and the UID that its file has."""

import sys

import pydicom
from pydicom.fileset import FileSet

for instance in FileSet(sys.argv[1]):
    file = pydicom.dcmread(instance.path)
    print(instance.SOPInstanceUID, file.SOPInstanceUID, file.file_meta.TransferSyntaxUID, instance.DirectoryRecordType, sep="\t")
