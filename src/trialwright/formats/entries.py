"""A record in the making out of a structured source: each value is stated at the place of its node.

Takes nodes (or cells of a table), reads their words with the lists of `language` and states what they
mean; words that no list knows become a note and an absence, never a guess.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from trialwright.errors import ReadError, TrialwrightError
from trialwright.formats.document import Document
from trialwright.formats.draft import Draft
from trialwright.formats.nodes import Node
from trialwright.formats.values import age_unit
from trialwright.language import calendar as dates
from trialwright.language import enumerations as lists
from trialwright.language.identifiers import classify, find_identifiers, is_junk, is_registry_scheme
from trialwright.model.dates import PartialDate
from trialwright.model.source import Absence, Record, Span, Statement
from trialwright.model.study import Refusal

# Only names that HTML has: "<200 and >50" is no tag.
_TAG = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|hr|i|li|ol|p|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul|"
    r"usdm:\w{1,20})(?:\s{1,9}[\w:\-]{1,40}\s{0,9}=\s{0,9}(?:\"[^\"<>]{0,400}\"|'[^'<>]{0,400}'|"
    r"[^\s<>\"']{1,400}))*+\s{0,9}/?>",
    re.IGNORECASE,
)
_RAISED = re.compile(r"(?<=\d)<sup>\s{0,9}([+\-−–]?\d{1,3})\s{0,9}</sup>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/?p|/?li|/?div|/?tr)\b[^<>]{0,200}>", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n[ \t]*+(?:\n[ \t]*+)++")
_AGE = re.compile(r"(?P<number>\d{1,10}(?:\.\d{1,4})?)\s*\(?\s*(?P<unit>[A-Za-z岁周个月天]{1,12})?")
_NO_LIMIT = re.compile(
    r"no\s*(?:upper|lower|maximum|minimum|age)?\s*(?:age)?\s*limit|no m(?:ax|in)imum|none|不限|无上限|"
    r"unlimited|no restriction",
    re.IGNORECASE,
)
_NONE = frozenset({"", "-", "--", "/", "?", "??", ".", "n/a", "na", "null", "nd"})
_NUMBERED = re.compile(r"(?:^|\n)[ \t]*(?:\(?\d{1,2}(?:\.\d{1,2})?[.)]|[-*•·‣])[ \t]*(?=\S)")
_MOST = 2000
# The words of a closed list are few; longer ones are none of its values.
_CHOICE = 2000


class Entry(Draft):
    """The draft of one record whose values stand at nodes."""

    def __init__(self, document: Document, format_name: str, position: int = 0) -> None:
        super().__init__(document, format_name, position)
        # A structured record is read whole, however long it is.
        self._notes.clear()

    # -- any value ---------------------------------------------------------------------------------------

    def put(self, field: str, value: Any, node: Node, certainty: float = 1.0, raw: str | None = None) -> None:
        """State a value read from a node; its words are kept where they differ."""
        words = node.text if raw is None else raw
        span = node.span
        if span is not None:
            span = self._narrowed(span, value if isinstance(value, str) else node.text)
            words = self.text[span[0] : span[1]]
        self.add(
            Statement(
                field=field,
                value=value,
                source=self.source.id,
                span=span,
                pointer=None if span is not None else node.pointer or "/",
                raw=None if words == value or not words else words,
                certainty=certainty,
            )
        )

    def _narrowed(self, span: Span, words: str) -> Span:
        """The place of the words themselves, where they are a part of what stands there."""
        at = self.text.find(words, span[0], span[1]) if words else -1
        return span if at < 0 else (at, at + len(words))

    def remark(self, code: str, message: str, node: Node) -> None:
        """Tell people something about a value."""
        self.note(code, message, node.span)

    def lacks(self, field: str, node: Node) -> bool:
        """Whether the words say that there is no value; writes the reason down."""
        words = node.text[:_CHOICE]
        if not words:
            return True
        if lists.is_unavailable(words) or words.casefold() in _NONE:
            self.lack(field, "stated_unavailable")
            return True
        return False

    def text_of(self, field: str, node: Node, certainty: float = 1.0) -> None:
        """A text as it stands, markup taken away."""
        if self.lacks(field, node):
            return
        words = clean(node.text)
        if words:
            self.put(field, words, node, certainty)

    def choice(self, field: str, node: Node, read: Callable[[str], str | None]) -> bool:
        """A value of a closed list; says whether there was one."""
        if self.lacks(field, node):
            return False
        value = read(clean(node.text[:_CHOICE]))
        if value is None:
            self.unread(field, node)
            return False
        self.put(field, value, node)
        return True

    def unread(self, field: str, node: Node) -> None:
        """Say that no value of the field means these words."""
        self.lack(field, "unparsable")
        self.remark("unknown_words", f"no value of {field} means {node.text[:80]!r}", node)

    def status(self, node: Node) -> None:
        """The recruitment status."""
        self.choice("overall_status", node, lists.read_status)

    def phases(self, node: Node) -> None:
        """The set of phases."""
        words = clean(node.text[:_CHOICE])
        if not lists.is_not_applicable(words) and self.lacks("phases", node):
            return
        found = lists.read_phases(re.sub(r"\s*\n\s*", "/", words)) if words else None
        if found is None:
            if words:
                self.unread("phases", node)
            return
        self.put("phases", list(found), node)
        if lists.has_phase_letter(node.text):
            self.remark(
                "phase_letter", f"the letter in {node.text[:60]!r} has no place in the list of phases", node
            )

    def masking(self, node: Node) -> None:
        """How many roles are masked, and which."""
        if self.lacks("design.masking", node):
            return
        found = lists.read_masking(node.text)
        if found is None:
            self.unread("design.masking", node)
            return
        self.put("design.masking", found[0], node)
        if found[1]:
            self.put("design.who_masked", list(found[1]), node)

    def people(self, kind: str, node: Node) -> None:
        """A number of people, `planned` or `actual`; 0 and 99999999 say that nobody knows it."""
        field = f"enrollment.{kind}"
        if self.lacks(field, node):
            return
        digits = node.text[:_CHOICE].replace(",", "").replace(" ", "").removesuffix(".0")
        if not re.fullmatch(r"\d{1,9}", digits):
            self.unread(field, node)
        elif int(digits) in (0, 99_999_999, 999_999_999) and "WITHDRAWN" not in self.values("overall_status"):
            self.lack(field, "sentinel")
            self.remark("sentinel", f"{digits} people means that the number is not known", node)
        else:
            self.put(field, int(digits), node)

    def date(self, field: str, node: Node, kind: str | None = None, *, day_first: bool = False) -> None:
        """A date with its precision; `day_first` where the register writes 03/04/2016 for 3 April."""
        if self.lacks(field, node):
            return
        if dates.is_sentinel_date(node.text):
            self.lack(field, "sentinel")
            self.remark("sentinel", f"{node.text[:30]} is what programs write for no date", node)
            return
        found = read_day_first(node.text) if day_first else None
        found = found or dates.read_date(re.sub(r"[T ]\d\d:\d\d.*$", "", node.text[:60]))
        if found is None:
            self.lack(field, "unparsable")
            self.remark("unclear_date", f"{node.text[:60]!r} is no date that can be read one way only", node)
            return
        value = {"value": found.value, "precision": found.precision, "kind": kind or found.kind}
        self.put(field, value, node)

    def age(self, side: str, node: Node, unit: str = "") -> None:
        """One limit of age; "N/A" and "no limit" are no limit, a maximum of 0 neither."""
        field = f"eligibility.{side}_age"
        words = node.text[:200]
        if not words:
            return
        found = _AGE.search(words)
        reason: Absence | None = None
        if _NO_LIMIT.search(words) or lists.is_not_applicable(words) or words.casefold() in _NONE:
            reason = "not_applicable"
        elif found is None:
            reason = "unparsable"
        elif "-2147483648" in words or len(found["number"]) > 5:
            reason = "sentinel"
        elif side == "maximum" and float(found["number"]) == 0:
            reason = "not_applicable"
        if reason is not None or found is None:
            self.lack(field, reason or "unparsable")
            return
        name = found["unit"] or unit
        known = age_unit(name) or ("a" if not name or name.casefold() in ("age", "old") else None)
        if known is None:
            self.unread(field, node)
            return
        self.put(field, {"value": found["number"], "unit": known}, node)

    # -- things with a list of their own -----------------------------------------------------------------

    def next(self, field: str) -> str:
        """The place behind the last member of a list: `outcomes[3]`."""
        return f"{field}[{self.count(field)}]"

    def identifier(self, node: Node, role: str = "secondary", scheme: str = "") -> None:
        """A number; one of a registry's form is the trial's number there, whatever slot it stands in."""
        words = clean(node.text)
        if not words or is_junk(words) or len(words) > 120:
            return
        value, found = classify(words)
        inside = find_identifiers(words)
        if found == "other" and len(inside) == 1 and len(words) < 60:
            value, found = inside[0].value, inside[0].scheme
        if found != "other":
            role = "registry" if is_registry_scheme(found) and found != "utn" else "secondary"
        elif scheme and role == "registry":
            found = scheme
        elif len(value) < 5 and role != "sponsor":
            return
        if any(v["value"] == value for v in self.values("identifiers")):
            return
        self.put(self.next("identifiers"), {"value": value, "scheme": found, "role": role}, node)

    def name(self, field: str, node: Node, certainty: float = 1.0) -> None:
        """One more member of a list of names, unless it is there already."""
        words = clean(node.text)
        known = {_fold(v) for v in self.values(field)}
        if words and not self.lacks(field, node) and _fold(words) not in known and self.count(field) < _MOST:
            self.put(self.next(field), words, node, certainty)

    def sponsor(self, field: str, node: Node, class_: str | None = None, kind: Node | None = None) -> None:
        """A sponsor, with the finding whether its name is that of a person."""
        if self.lacks(field, node):
            return
        words = clean(node.text)
        self.put(f"{field}.name", words, node)
        self.put(f"{field}.person", lists.looks_like_person(words), node)
        if class_:
            self.put(f"{field}.class", class_, kind or node)

    def collaborator(self, node: Node) -> None:
        """One more sponsor, unless it is known already."""
        words = _fold(clean(node.text))
        known = {_fold(v) for f in ("lead_sponsor.name", "collaborators.name") for v in self.values(f)}
        if words and words not in known:
            self.sponsor(self.next("collaborators"), node)

    def outcome(self, level: str, measure: Node, frame: Node | None = None, more: Node | None = None) -> None:
        """One outcome; the level is what the name of its slot says."""
        words = clean(measure.text)
        if not words or self.lacks("outcomes", measure) or self.count("outcomes") >= _MOST:
            return
        field = self.next("outcomes")
        self.put(f"{field}.level", level, measure)
        self.put(f"{field}.measure", words, measure)
        for part, node in (("time_frame", frame), ("description", more)):
            if node is not None and node.text:
                self.text_of(f"{field}.{part}", node)

    def intervention(
        self, node: Node, kind: str | None = None, kind_node: Node | None = None, more: Node | None = None
    ) -> str:
        """One intervention, by name; long words are a description, named by their beginning."""
        words = clean(node.text)
        if not words or self.lacks("interventions", node) or self.count("interventions") >= _MOST:
            return ""
        if _fold(words) in {_fold(v) for v in self.values("interventions.name")}:
            return words
        field = self.next("interventions")
        if len(words) > 300:
            name = re.split(r"(?<=[a-z)])[.:;]\s|\n", words[:300], maxsplit=1)[0][:200].strip(" .:;")
            self.put(f"{field}.name", name, node, 0.6)
            self.put(f"{field}.description", words, node)
            words = name
        else:
            self.put(f"{field}.name", words, node)
        if more is not None and more.text:
            self.text_of(f"{field}.description", more)
        if kind:
            self.put(f"{field}.type", kind, kind_node or node)
        return words

    def location(self, **parts: Node) -> None:
        """One place; parts are its facility, city, state and country."""
        told = {k: n for k, n in parts.items() if n.text and n.text.casefold() not in _NONE}
        if not told or self.count("locations") >= 20 * _MOST:
            return
        field = self.next("locations")
        for part, node in told.items():
            self.put(f"{field}.{part}", clean(node.text), node)

    def contact(self, place: Node, name: str, **parts: Node) -> None:
        """A person or office to ask."""
        name = " ".join(clean(name).split())
        if not name or name.casefold() in _NONE or lists.is_unavailable(name):
            return
        field = self.next("contacts")
        self.put(f"{field}.name", name, place)
        for part, node in parts.items():
            if node.text and node.text.casefold() not in _NONE:
                self.put(f"{field}.{part}", clean(node.text), node)

    def criteria(self, place: Node, inclusion: Node, exclusion: Node) -> None:
        """The text of the criteria; two slots become one text under their headings."""
        first, second = clean(inclusion.text), clean(exclusion.text)
        first = "" if lists.is_unavailable(first) or first.casefold() in _NONE else first
        second = "" if lists.is_unavailable(second) or second.casefold() in _NONE else second
        if not first and not second:
            return
        if not second:
            self.put("eligibility.text", first, inclusion)
            return
        parts = []
        for heading, words in (("Inclusion", first), ("Exclusion", second)):
            if words and not re.match(rf"\W*(?:key |main )?{heading}\w*\s*criteri", words, re.IGNORECASE):
                words = f"{heading} Criteria:\n{words}"
            if words:
                parts.append(words)
        self.put("eligibility.text", "\n\n".join(parts), place if first else exclusion, raw="")

    def publication(
        self,
        node: Node,
        *,
        doi: str | None = None,
        pmid: str | None = None,
        citation: str | None = None,
        date: PartialDate | None = None,
        relation: str | None = None,
    ) -> None:
        """A paper."""
        told = None if date is None else {"value": date.value, "precision": date.precision, "kind": None}
        value = {"doi": doi, "pmid": pmid, "citation": citation, "date": told, "relation": relation}
        self.put(self.next("publications"), value, node)


def clean(words: str) -> str:
    r"""Words without markup: breaks become lines, entities the signs they stand for.

    >>> clean("a<br>b &lt; 10<sup>8</sup>"), clean("CD4 <200 or >500")
    ('a\nb < 10^8', 'CD4 <200 or >500')
    """
    if "<" in words:
        plain = _TAG.sub("", _BREAK.sub("\n", _RAISED.sub(r"^\1", words)))
        words = _BLANK_LINES.sub("\n\n", plain) if plain != words else words
    if "&" in words:
        words = html.unescape(words)
    return words.strip()


def _fold(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


def read_day_first(words: str) -> PartialDate | None:
    """A date written in figures with the day first, as registers outside America write it.

    >>> read_day_first("03/04/2016").value, read_day_first("2016-04-03")
    ('2016-04-03', None)
    """
    found = re.fullmatch(r"(\d{1,2})([/.\-])(\d{1,2})\2((?:19|20)\d\d)(?:\s.*)?", words.strip()[:40])
    if found is None or not 1 <= int(found[3]) <= 12:
        return None
    return dates.read_date(f"{found[4]}-{int(found[3]):02}-{int(found[1]):02}")


def split_numbered(words: str) -> list[str]:
    r"""The points of a text that numbers them or marks them; the whole text where it does not.

    >>> split_numbered("1. pain at week 4\n2. sleep"), split_numbered("pain; sleep")
    (['pain at week 4', 'sleep'], ['pain; sleep'])
    """
    places = list(_NUMBERED.finditer(words))[:_MOST]
    if len(places) < 2 or words[: places[0].start()].strip():
        return [words]
    ends = [p.start() for p in places[1:]] + [len(words)]
    return [
        words[p.end() : e].strip() for p, e in zip(places, ends, strict=True) if words[p.end() : e].strip()
    ]


def part_of(document: Document, text: str, name: str) -> Document:
    """The document that one record of a file with many is by itself."""
    uri = f"{document.uri}#{name}" if name else document.uri
    return msgspec.structs.replace(document, text=text, uri=uri)


def refuse(document: Document, name: str, reason: str) -> Refusal:
    """What is said of one record of a file that could not be used."""
    return Refusal(uri=f"{document.uri}#{name}" if name else document.uri, reason=reason)


def guarded(
    document: Document, name: str, reason: str, make: Callable[..., Record], *given: Any
) -> Record | Refusal:
    """What `make` gives, or a refusal where the record has a shape that nothing can be made of."""
    try:
        return make(*given)
    except TrialwrightError as error:
        return refuse(document, name, error.message)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError):
        return refuse(document, name, reason)


def collect(document: Document, items: Iterator[Record | Refusal]) -> tuple[Record | Refusal, ...]:
    """All items; where the document breaks off, what stood before with a refusal of the rest."""
    found: list[Record | Refusal] = []
    try:
        for item in items:
            found.append(item)
    except ReadError as error:
        if not any(isinstance(item, Record) for item in found):
            raise
        found.append(Refusal(uri=document.uri, reason=f"{error.message}; what stands before was read"))
    return tuple(found)
