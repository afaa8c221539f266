"""Which reader takes a text: the visible tuple of all readers, and the choice among them.

Takes decoded text, gives the records of the reader that is surest of it. A new format is a new file
with `NAME`, `sniff` and `read`, and one more entry here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from trialwright.errors import ReadError, UnknownFormat, UsageError
from trialwright.formats import (
    aact,
    abstract,
    chictr,
    ctgov_csv,
    ctgov_json,
    ctgov_xml,
    ctis,
    euctr,
    fhir,
    headed,
    html,
    ictrp,
    isrctn,
    keyline,
    labelled,
    medpath,
    nbib,
    plain,
    pubmed,
    ris,
    textblock,
    usdm,
    veeva,
)
from trialwright.formats.document import Document, Reader, document_of
from trialwright.model.source import Record
from trialwright.model.study import Refusal

READERS: tuple[Reader, ...] = cast(
    "tuple[Reader, ...]",
    (
        *(ctgov_json, aact, ctgov_xml, ctgov_csv),
        *(ictrp, isrctn, ctis, euctr, nbib, pubmed, ris, fhir, usdm, html),
        *(medpath, veeva, keyline, chictr, headed, labelled, abstract, textblock, plain),
    ),
)

_MARKUP = re.compile(r"\s*<(?:\?xml\b|!doctype\b|!--|[a-z_][\w:.\-]*[\s/>])", re.IGNORECASE)
_JSON = re.compile(r"\s*(?:\{\s*(?:\"|\})|\[\s*(?:[\[{\"\]]|-?\d))")


def read_text(text: str, uri: str = "", format: str | None = None) -> tuple[Record, ...]:  # noqa: A002
    """The records of a text; `format` names the reader instead of letting them guess.

    Raises UnknownFormat where no reader takes the text, UsageError where no reader has that name.
    """
    found = read_document(document_of(text, uri), format)
    found = tuple(read_document(document_of(text, uri), format))
    records = tuple(item for item in found if isinstance(item, Record))
    if found and not records:
        raise ReadError(next(item.reason for item in found if isinstance(item, Refusal)), where=uri)
    return records


def read_document(document: Document, format_name: str | None = None) -> Iterable[Record | Refusal]:
    """The records of a document, and a refusal for each of many that cannot be used."""
    if not document.text.strip():
        raise UnknownFormat(
            "it is empty", where=document.uri, cure="give a file with the text of a trial in it"
        )
    reader = _named(format_name) if format_name else recognise(document.text, document.uri)
    return reader.read(document)


def recognise(text: str, uri: str = "") -> Reader:
    """The reader that is surest of the text; the first in the tuple where two are equally sure."""
    kind = _other_kind(text)
    # Readers of structured formats say which kinds of text they take; prose has none.
    asked = [reader for reader in READERS if kind in _kinds(reader)]
    scores = [reader.sniff(text) for reader in asked]
    best = max(scores, default=0)
    if best > 0:
        return asked[scores.index(best)]
    if kind:
        raise UnknownFormat(
            f"it is {kind}, which no reader can take (not supported)",
            where=uri,
            cure="give the text of the page, or name a reader with --format",
        )
    names = ", ".join(reader.NAME for reader in READERS)
    raise UnknownFormat(f"no reader recognises it (tried {names})", where=uri, cure="name one with --format")


def _kinds(reader: Reader) -> tuple[str | None, ...]:
    return getattr(reader, "KINDS", (None,))


def _named(name: str) -> Reader:
    for reader in READERS:
        if name in (reader.NAME, reader.NAME.removesuffix("-text")):
            return reader
    names = ", ".join(reader.NAME for reader in READERS)
    raise UsageError(f"there is no format {name!r}", cure=f"choose one of {names}")


def _other_kind(text: str) -> str | None:
    """What a text is that is clearly no prose: markup, JSON, or a table."""
    head = text[:4000]
    if _JSON.match(head):
        return "JSON"
    if _MARKUP.match(head):
        return (
            "HTML" if re.search(r"<(?:html|!doctype\s+html|head|body|div)\b", head, re.IGNORECASE) else "XML"
        )
    rows = [row for row in head.splitlines()[:6] if row.strip()]
    if ctgov_csv.is_header(head):
        return "a table"
    if len(rows) > 1 and not rows[0].rstrip().endswith((".", ":")):
        for sign in ",\t|":
            counts = [row.count(sign) for row in rows[:-1] or rows]
            if counts[0] >= 2 and all(count >= 2 for count in counts) and _is_header(rows[0], sign):
                return "a table"
    return None


def _is_header(row: str, sign: str) -> bool:
    """Whether all cells of a row are short names."""
    cells = [cell.strip().strip('"') for cell in row.split(sign)]
    return all(0 < len(cell) <= 40 and len(cell.split()) <= 4 for cell in cells) and "NCT" in row.upper()


def check_format(name: str | None) -> None:
    """Raise UsageError where a name is given that no reader has."""
    if name is not None:
        _named(name)
