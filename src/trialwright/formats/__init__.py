"""Bytes to records: one file per format, each with its name, `sniff` and `read`.

Takes paths or text, gives records: statements of one document, each with the place of its words.
`reading` holds the tuple of readers, `opening` the ways in which documents come.
"""

from trialwright.formats.document import Document, Reader
from trialwright.formats.opening import read_paths
from trialwright.formats.reading import READERS, read_text

__all__ = ["READERS", "Document", "Reader", "read_paths", "read_text"]
