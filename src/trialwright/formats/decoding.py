"""Bytes to text without guessing wildly: UTF-8, UTF-16, GB18030, or a refusal that says why.

Takes the bytes of one document, gives its text. A wrong encoding turns names into other names, so what
is not surely one of these is refused.
"""

from __future__ import annotations

import codecs
import re

from trialwright.errors import ReadError

# Frequent characters of Chinese medical prose; a Latin text misread as GB18030 has hardly any of them.
_FREQUENT = frozenset(
    "的一是不了在人有我他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过家十用发天如然作方成者多日都三小军二无同么经法当起与好看学进种"
    "将还分此心前面又定见只主没公从患者病治疗试验研究临床安全性有效细胞干脐带间充质移植肝硬化入选标准排除随机对照组高效抗逆转录病毒剂量血液系统疾感染征"
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 65_536
_TAG = re.compile(r"<[^<>]{0,2000}>")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:\-]{2,20})", re.IGNORECASE)
_XML_CHARSET = re.compile(
    rb"\s*<\?xml\b[^<>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9_.:\-]{2,20})[\"']", re.IGNORECASE
)
_WESTERN = frozenset(
    {"iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "iso-8859-15", "us-ascii"}
)
_STRING_OF_FOREIGN = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]{4}"
)
_CONTROLS = bytes([*range(9), *range(14, 28)])


def decode(raw: bytes, uri: str = "") -> str:
    """The text of the bytes, without a byte order mark; raises ReadError with the reason."""
    if not raw:
        raise ReadError("it is empty", where=uri, cure="give a file with text in it")
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return _checked(_strict(raw[len(mark) :], name, uri), uri)
    if b"\x00" in raw[:_SAMPLE]:
        return _without_mark(raw, uri)
    try:
        return _checked(raw.decode("utf-8"), uri)
    except UnicodeDecodeError as error:
        place = error.start
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if text and _is_chinese(_without_tags(text)):
        return _checked(text, uri)
    if text := _declared(raw):
        return _checked(text, uri)
    raise ReadError(
        f"it is not UTF-8 (byte {place + 1} does not fit), nor UTF-16 with a byte order mark, nor Chinese "
        f"in GB18030",
        where=uri,
        cure="save it as UTF-8",
    )


def _declared(raw: bytes) -> str:
    """The text of a page or file that says which Western encoding it is in, where its words bear that out."""
    found = _XML_CHARSET.match(raw[:2048]) or _CHARSET.search(raw[:2048])
    name = found[1].decode("ascii").lower() if found else ""
    if name not in _WESTERN:
        return ""
    try:
        # Browsers read all of these as the one of Windows, which has quotes and dashes besides.
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    foreign = [c for c in _without_tags(text)[:_SAMPLE] if ord(c) > 127]
    # Words in another encoding give strings of such signs; Western words have one or two at a time.
    return "" if _STRING_OF_FOREIGN.search(text[:_SAMPLE]) or len(foreign) * 5 > len(text) else text


def _without_tags(text: str) -> str:
    """The words of a page; its tags tell nothing of its language."""
    return _TAG.sub(" ", text[: 4 * _SAMPLE]) if text.lstrip()[:1] == "<" else text


def _strict(raw: bytes, name: str, uri: str) -> str:
    try:
        return raw.decode(name)
    except UnicodeDecodeError as error:
        raise ReadError(
            f"its byte order mark says {name.upper()}, but byte {error.start + 1} does not fit",
            where=uri,
            cure="save it as UTF-8",
        ) from None


def _without_mark(raw: bytes, uri: str) -> str:
    """UTF-16 without its mark: every other byte of Latin text is then zero."""
    head = raw[: _SAMPLE - _SAMPLE % 2]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    for zeros, others, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > len(head) // 5 and others == 0:
            return _checked(_strict(raw, name, uri), uri)
    raise ReadError(
        "it holds zero bytes: a binary file and no text", where=uri, cure="give the text of the trial"
    )


def _checked(text: str, uri: str) -> str:
    """The text, unless signs in it show that the bytes were none."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise ReadError("it is empty", where=uri, cure="give a file with text in it")
    sample = text[:_SAMPLE]
    raw = sample.encode("utf-8", "surrogatepass")
    controls = len(raw) - len(raw.translate(None, _CONTROLS))
    if "\x00" in text or controls > len(sample) // 50:
        raise ReadError(
            "it holds control signs: a binary file and no text", where=uri, cure="give the text of the trial"
        )
    return text


def _is_chinese(text: str) -> bool:
    sample = text[:_SAMPLE]
    foreign = [c for c in sample if ord(c) > 127]
    han = [c for c in foreign if "\u4e00" <= c <= "\u9fff"]
    marks = [
        c
        for c in foreign
        if "\u3000" <= c <= "\u303f"
        or "\uff00" <= c <= "\uffef"
        or "\u2000" <= c <= "\u22ff"
        or c in "·×±°①②③④⑤"
    ]
    if len(han) < 4 or len(han) + len(marks) < 0.95 * len(foreign):
        return False
    return sum(c in _FREQUENT for c in han) >= 0.2 * len(han)
