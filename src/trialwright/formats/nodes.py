"""Values of a structured document with the place of each: JSON values and XML elements alike.

Takes decoded text, gives nodes that are walked by name; each knows its JSON Pointer or XPath. Nothing
is fetched: external entities are never resolved, entities of a document's own are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

import msgspec

from trialwright.errors import ReadError
from trialwright.model.source import Span

# No format of trials comes near this depth; documents made to exhaust a stack go far beyond it.
DEEPEST = 200
_CHUNK = 1 << 20
_BLANKS = re.compile(r"[ \t\r\f\v]*\n[ \t\r\f\v]*|[ \t\r\f\v]+")


class Node:
    """A value and its place; what a document does not hold is a node without a value, never an error."""

    __slots__ = ("pointer", "span", "value")

    def __init__(self, value: Any, pointer: str | None = "", span: Span | None = None) -> None:
        self.value = value
        self.pointer = pointer
        self.span = span

    def __bool__(self) -> bool:
        return self.value not in (None, "", [], {})

    def at(self, *names: str) -> Node:
        """The node below, one name after the other; of a list the first member."""
        here: Node = self
        for name in names:
            here = here._child(name)
        return here

    def first(self, *names: str) -> Node:
        """The first of several children that holds a text."""
        return next((n for n in (self.at(name) for name in names) if n.text), Node(None, self.pointer))

    def each(self, *names: str) -> list[Node]:
        """The members of the list below; a value that is no list is its own only member."""
        here = self.at(*names[:-1])._child(names[-1], whole=True) if names else self
        if isinstance(here.value, list):
            return [Node(v, f"{here.pointer}/{i}") for i, v in enumerate(here.value)]
        return [here] if here else []

    @property
    def text(self) -> str:
        """The words of a text or number, without blanks around them; "" where there are none."""
        value = self.value
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if isinstance(value, (int, float)) else ""

    @property
    def flag(self) -> bool | None:
        """The value of a yes-or-no field, whether written as true, "true" or "Yes"."""
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
            self.text.casefold()
        )

    def _child(self, name: str, whole: bool = False) -> Node:
        value, pointer = self.value, self.pointer
        if isinstance(value, list):
            value, pointer = (value[0], f"{pointer}/0") if value else (None, pointer)
        below = value.get(name) if isinstance(value, dict) else None
        pointer = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
        if isinstance(below, list) and not whole and below and not isinstance(below[0], (dict, list)):
            below, pointer = below[0], f"{pointer}/0"
        return Node(below, pointer)


class Element(Node):
    """An XML element; `parts` holds its words and children in their order."""

    __slots__ = ("_text", "attributes", "counts", "end", "name", "parts", "start")

    def __init__(self, name: str, attributes: dict[str, str], pointer: str) -> None:
        super().__init__(self, pointer)
        self.name = name
        self.attributes = attributes
        self.parts: list[str | Element] = []
        self.counts: dict[str, int] = {}
        self._text: str | None = None
        self.start = 0
        self.end = 0

    def __bool__(self) -> bool:
        return bool(self.parts or self.attributes)

    @property
    def children(self) -> list[Element]:
        """The elements directly below."""
        return [p for p in self.parts if isinstance(p, Element)]

    @property
    def flat(self) -> str:
        """All words below, in order; what stands high is marked: 10<sup>8</sup> gives 10^8."""
        out: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                out.append(part)
                continue
            words = part.flat
            raised = part.name == "sup" and out and out[-1][-1:].isdigit()
            out.append(f"^{words}" if raised and re.fullmatch(r"[-+−–]?\d+", words.strip()) else words)
        return "".join(out)

    @property
    def text(self) -> str:
        """The words below, lines and single blanks kept; put together once, for they are asked often."""
        if self._text is None:
            words = _BLANKS.sub(lambda m: "\n" if "\n" in m.group() else " ", self.flat)
            self._text = words.strip()
        return self._text

    @property
    def line(self) -> str:
        """The words below as one line."""
        return " ".join(self.flat.split())

    def attribute(self, name: str) -> Node:
        """An attribute, as a node of its own."""
        return Node(self.attributes.get(name), f"{self.pointer}/@{name}")

    def each(self, *names: str) -> list[Node]:
        """All elements on the way down these names."""
        level: list[Element] = [self]
        for name in names:
            level = [c for e in level for c in e.children if c.name == name]
        return list(level)

    def _child(self, name: str, whole: bool = False) -> Node:
        if name.startswith("@"):
            return self.attribute(name[1:])
        found = next((c for c in self.children if c.name == name), None)
        return found if found is not None else Node(None, f"{self.pointer}/{name}")


# -- JSON -------------------------------------------------------------------------------------------------


class Item:
    """One value of a document of many: its text, its node, its place in words, or why it is none."""

    __slots__ = ("name", "node", "problem", "text")

    def __init__(self, text: str, node: Node | None, name: str = "", problem: str = "") -> None:
        self.text = text
        self.node = node
        self.name = name
        self.problem = problem


def read_json(text: str, *wrappers: str) -> Iterator[Item]:
    """The values of a JSON document: the one, the members of an array, or one a line.

    `wrappers` name lists that a document may hold for one. A line that is no JSON comes with its problem.
    """
    try:
        value = _decode(text)
    except ReadError:
        if _is_lines(text):
            yield from _lines(text)
            return
        raise
    for name in wrappers:
        if isinstance(value, dict) and isinstance(value.get(name), list):
            value = value[name]
            break
    if not isinstance(value, list):
        yield Item(text, Node(value))
        return
    for number, member in enumerate(value, 1):
        try:
            yield Item(msgspec.json.encode(member).decode(), Node(member), str(number))
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            yield Item("", None, str(number), "it is nested too deeply to be a record of a trial")


def _is_lines(text: str) -> bool:
    """Whether the second line of values begins a value of its own."""
    found = re.search(r"\n[ \t\r\n]*(\S)", text.lstrip()[:2_000_000] + "\n")
    return found is not None and found[1] in "{[" and text.lstrip()[0] == "{"


def _lines(text: str) -> Iterator[Item]:
    for number, line in enumerate(text.split("\n"), 1):
        plain = line.strip()
        if not plain:
            continue
        try:
            yield Item(plain, Node(_decode(plain)), str(number))
        except ReadError as error:
            yield Item(plain, None, str(number), error.message)


def _decode(text: str) -> Any:
    try:
        value = msgspec.json.decode(text)
    except RecursionError:
        raise ReadError("it is nested too deeply to be a record of a trial") from None
    except (msgspec.MsgspecError, UnicodeError) as error:
        reason = str(error).replace("JSON is malformed: ", "")
        raise ReadError(f"it is not valid JSON ({reason})", cure="fetch or export it again") from None
    return value


# -- XML --------------------------------------------------------------------------------------------------


def read_elements(text: str, *names: str) -> Iterator[tuple[str, Element]]:
    """The elements of these names with the text of each, one after the other as the document goes on.

    XPaths begin at the element itself. Raises ReadError where the document is no well-formed XML, after
    the elements before that place have been given.
    """
    raw = text.encode("utf-8", "surrogatepass")
    build = _Builder(frozenset(names))
    for start in range(0, len(raw), _CHUNK):
        piece = raw[start : start + _CHUNK]
        problem = build.feed(piece, start + _CHUNK >= len(raw))
        for element in build.done:
            # The index is that of the end tag, or, behind an empty element's only tag, already its end.
            form = rb"</(?:[\w.\-]+:)?%s[\s>]" % re.escape(element.name.encode())
            tagged = re.match(form, raw[element.end : element.end + 200]) is not None
            end = raw.find(b">", element.end) + 1 if tagged else element.end
            yield raw[element.start : end].decode("utf-8", "replace"), element
        build.done.clear()
        if problem:
            raise ReadError(problem, cure="fetch or export it again")


class _Builder:
    """Builds elements while the parser runs; only those asked for are kept."""

    def __init__(self, names: frozenset[str]) -> None:
        self.done: list[Element] = []
        self._names = names
        self._open: list[Element] = []
        self._depth = 0
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._words
        parser.EntityDeclHandler = self._entity
        self._parser = parser

    def feed(self, piece: bytes, last: bool) -> str:
        """Parse more; gives the problem in words, or nothing."""
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            where = f"line {error.lineno}, column {error.offset + 1}"
            return f"it is not well-formed XML ({expat.ErrorString(error.code)}, {where})"
        except ReadError as error:
            return error.message
        return ""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ReadError("its elements are nested too deeply for a record of a trial")
        local = name.rpartition(":")[2]
        if self._open:
            above = self._open[-1]
            same = above.counts[local] = above.counts.get(local, 0) + 1
            element = Element(
                local, attributes, f"{above.pointer}/{local}" + (f"[{same}]" if same > 1 else "")
            )
            above.parts.append(element)
            self._open.append(element)
        elif local in self._names:
            element = Element(local, attributes, f"/{local}")
            element.start = self._parser.CurrentByteIndex
            self._open.append(element)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        element = self._open.pop()
        if not self._open:
            element.end = self._parser.CurrentByteIndex
            self.done.append(element)

    def _words(self, words: str) -> None:
        if self._open:
            self._open[-1].parts.append(words)

    def _entity(self, name: str, *_: object) -> None:
        raise ReadError("it declares entities of its own, which no record of a trial needs; this is unsafe")
