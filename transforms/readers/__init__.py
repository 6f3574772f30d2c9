"""Readers: a file to sheets in which every cell is text, with file, sheet and row. They know formats, not studies."""

from transforms.readers.read import read_file
from transforms.readers.sheet import Sheet

__all__ = ["Sheet", "read_file"]
