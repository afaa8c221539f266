"""The XML of ClinicalTrials.gov from text to elements: whole records, and fragments that lack their root.

Takes the text of a document, gives the root of the record and the XPath to it; what could harm (entities) is
refused, signs that were copied without their escapes are mended.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from xml.etree.ElementTree import Element, ParseError, XMLParser

import msgspec

from trialwright.errors import ReadError
from trialwright.formats.document import Document

ROOT = "clinical_study"
_ENTITY = re.compile(r"<!(?:ENTITY|DOCTYPE[^>\[]*\[)", re.IGNORECASE)
_DECLARATION = re.compile(
    r"\s*(?:<\?xml[^>]*\?>|<!DOCTYPE[^>\[]*>|<\?[^>]*\?>|<!--.*?-->|\s+)", re.DOTALL | re.IGNORECASE
)
# A lone block of text, as people copy it out of a record.
_ALONE = re.compile(r"\s*<(textblock|detailed_description|brief_summary)>(.*)</\1>\s*", re.DOTALL)
_ESCAPE = re.compile(r"&(lt|gt|amp|quot|apos);")
_SIGNS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
# Marks pointers into an element of which only parts were copied.
INSIDE = "//"
_FIRST_TAG = re.compile(r"<([A-Za-z_][\w.\-]*)")
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,12};)")
_BARE_LESS = re.compile(r"<(?!/?[A-Za-z_][\w.\-]*(?:\s[^<>]*)?/?>|!--|!\[CDATA\[)")

# Parts that are copied alone, and the elements that they stand in.
FRAGMENTS: Mapping[str, str] = {
    "textblock": "detailed_description",
    "healthy_volunteers": "eligibility",
    "sampling_method": "eligibility",
    "criteria": "eligibility",
    "gender": "eligibility",
    "minimum_age": "eligibility",
    "maximum_age": "eligibility",
    "nct_id": "id_info",
    "org_study_id": "id_info",
    "lead_sponsor": "sponsors",
    "collaborator": "sponsors",
}


def first_tag(text: str) -> str:
    """The name of the first element, declarations and comments aside; empty without one."""
    found = _FIRST_TAG.search(text)
    return found[1] if found else ""


def is_fragment(tag: str) -> bool:
    """Whether an element is one that people copy alone out of a record."""
    return tag in FRAGMENTS


def lone_block(document: Document) -> Document | None:
    """The words of a lone block of text, at their places in the document; None where it is more than that."""
    found = _ALONE.fullmatch(document.text)
    return _without_tags(document, found.span(2)) if found and "<" not in found[2] else None


def _without_tags(document: Document, span: tuple[int, int]) -> Document:
    """The words of a lone block at their places: tags become blanks, escapes the signs they mean."""
    text = document.text
    start, end = span
    words = _ESCAPE.sub(lambda m: _SIGNS[m[1]].rjust(len(m[0])), text[start:end])
    blanked = re.sub(r"\S", " ", text[:start]) + words + re.sub(r"\S", " ", text[end:])
    return msgspec.structs.replace(document, text=blanked)


def parse(text: str, known: Container[str], uri: str = "") -> tuple[Element, str]:
    """The root of the record and the XPath to it; a fragment is given the root that it lacks.

    Raises ReadError for what is not well-formed and for documents that define entities.
    """
    if "<!" in text and _ENTITY.search(text):
        raise ReadError(
            "it defines entities of its own (a DTD), which no record does and which can fill the memory",
            where=uri,
            cure="take the entities out",
        )
    try:
        root = _tree(text)
    except ParseError as error:
        if f"<{ROOT}" in text:
            raise _broken(error, uri) from None
        return _of_fragment(text, uri)
    if root.tag == ROOT:
        return root, f"/{ROOT}"
    whole = root.find(f".//{ROOT}") if root.tag not in known and root.tag not in FRAGMENTS else None
    return (whole, f"//{ROOT}") if whole is not None else _of_fragment(text, uri)


def _tree(text: str) -> Element:
    # Nothing outside is ever fetched by this parser, and what defines entities has been refused before.
    parser = XMLParser()  # noqa: S314
    parser.feed(text)
    root: Element = parser.close()
    return root


def _of_fragment(text: str, uri: str) -> tuple[Element, str]:
    """Elements without a root, put under one; signs that were copied without their escapes are mended."""
    start = 0
    while (found := _DECLARATION.match(text, start)) and found.end() > start:
        start = found.end()
    body = text[start:]
    for mended in (body, _BARE_LESS.sub("&lt;", _BARE_AMPERSAND.sub("&amp;", body))):
        try:
            root = _tree(f"<{ROOT}>{mended}</{ROOT}>")
        except ParseError as error:
            broken = error
            continue
        if all(child.tag in FRAGMENTS for child in root) and len(root):
            # Parts of one element, or of two, stand for the whole of it.
            whole: dict[str, Element] = {}
            for child in list(root):
                whole.setdefault(FRAGMENTS[child.tag], Element(FRAGMENTS[child.tag])).append(child)
            root[:] = whole.values()
            return root, INSIDE
        return root, ""
    raise _broken(broken, uri)


def _broken(error: ParseError, uri: str) -> ReadError:
    line, column = error.position
    return ReadError(
        f"its XML is not well-formed (line {line}, column {column + 1}: {str(error).partition(':')[0]})",
        where=uri,
        cure="it may be cut off; fetch it again",
    )
