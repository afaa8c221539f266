"""Registry numbers of trials: found in running text with their places, and told apart by their form.

Takes text, gives `FoundIdentifier`s. The forms are those that about thirty public registries use
today; numbers that have no form of their own (grants, sponsor codes) are only classified when a
page has already labelled them as identifiers.
"""

from __future__ import annotations

import re

from msgspec import Struct

# One line a scheme, in the order of trial: CTIS numbers contain a EudraCT number, so they come first.
_FORMS: tuple[tuple[str, str], ...] = (
    ("nct", r"NCT[ \-:#№]{0,2}\d{8}"),
    ("isrctn", r"ISRCTN[ \-]?\d{8}"),
    ("anzctr", r"ACTRN[ \-]?\d{14}"),
    ("chictr", r"ChiCTR[ \-]?(?:\d{10}|[A-Z]{2,8}-\d{8})"),
    ("itmctr", r"ITMCTR[ \-]?\d{10}"),
    ("ctri", r"CTRI/\d{4}/\d{2,3}/\d{6}"),
    ("drks", r"DRKS[ \-]?\d{8}"),
    ("irct", r"IRCT[ \-]?\d{6,20}N\d{1,4}"),
    ("jrct", r"(?:JPRN-)?jRCT[a-z]?\d{9,10}"),
    ("umin", r"(?:JPRN-)?UMIN-?(?:CTR-?)?\d{9}"),
    ("japic", r"(?:JPRN-)?JapicCTI-\d{6}"),
    ("cris", r"KCT[ \-]?\d{7}"),
    ("lbctr", r"LBCTR\d{10}"),
    ("pactr", r"PACTR[ \-]?\d{15}"),
    ("rpcec", r"RPCEC[ \-]?\d{8}"),
    ("rebec", r"RBR-[0-9a-zA-Z]{6,8}"),
    ("repec", r"PER-\d{3}-\d{2}"),
    ("slctr", r"SLCTR/\d{4}/\d{3}"),
    ("tctr", r"TCTR\d{11}"),
    ("snctp", r"SNCTP\d{9}"),
    ("ntr", r"(?:NTR\d{3,5}|NL-OMON\d{4,6})"),
    ("utn", r"U1111-\d{4}-\d{4}"),
    ("euctr", r"EUCTR\d{4}-\d{6}-\d{2}(?:-[A-Z]{2}|-Outside-EU/EEA)?"),
    ("ctis", r"(?:EU ?CT ?)?(?:19|20)\d{2}-5\d{5}-\d{2}-\d{2}"),
    ("eudract", r"(?:19|20)\d{2}-\d{6}-\d{2}"),
    ("ctr", r"CTR\d{8}"),
)
_PREFIXED = frozenset(scheme for scheme, _ in _FORMS) - {"ctis", "eudract"}
_WHOLE = {scheme: re.compile(form, re.IGNORECASE) for scheme, form in _FORMS}
# A number begins where nothing alphanumeric precedes it; looking there first keeps one pass fast.
_ANYWHERE = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z]{2}[A-Za-z0-9/-]|U1111-|\d{4}-\d{6}-\d)(?:"
    + "|".join(f"(?P<{scheme}>{form})" for scheme, form in _FORMS)
    + r")(?![A-Za-z0-9]|-\d)",
    re.IGNORECASE,
)
# Schemes whose prefix keeps its own letter case when the number is written in the usual way.
_PREFIX = {
    "chictr": "ChiCTR",
    "jrct": "jRCT",
    "japic": "JapicCTI",
    "itmctr": "ITMCTR",
    "rebec": "RBR",
}
# Forms that are too common to be looked for in a text, and are numbers where a page calls them so.
_LABELLED = {"ntr": re.compile(r"NL\d{1,4}"), "umin": re.compile(r"(?:JPRN-)?C0000\d{5}")}
_JUNK = frozenset(
    "nil|nil known|none|none available|no secondary id|not applicable|n/a|na|not available|pending|"
    "study name|"
    "unknown|not provided|not specified|tbd|to be determined|no|-|--|/|.|?|??|无|暂无|不适用".split("|")
)
_REGISTRY_SCHEMES = frozenset(scheme for scheme, _ in _FORMS)


class FoundIdentifier(Struct, frozen=True, kw_only=True):
    """A registry number in a text: its usual spelling, its scheme, and where its words stand."""

    value: str
    scheme: str
    start: int
    end: int


def find_identifiers(text: str, start: int = 0, end: int | None = None) -> tuple[FoundIdentifier, ...]:
    """All registry numbers between two positions of a text, in order.

    >>> [(f.value, f.scheme) for f in find_identifiers("see NCT 01234560 and 2019-001234-11")]
    [('NCT01234560', 'nct'), ('2019-001234-11', 'eudract')]
    """
    found = []
    for match in _ANYWHERE.finditer(text, start, len(text) if end is None else end):
        scheme = match.lastgroup or "other"
        value = normalise(match.group(), scheme)
        if not is_junk(value):
            found.append(FoundIdentifier(value=value, scheme=scheme, start=match.start(), end=match.end()))
    return tuple(found)


def classify(text: str) -> tuple[str, str]:
    """The usual spelling and the scheme of a number that a page calls an identifier.

    >>> classify("nct-01234560"), classify("ABC-17")
    (('NCT01234560', 'nct'), ('ABC-17', 'other'))
    """
    plain = text.strip()
    for scheme, form in _WHOLE.items():
        if form.fullmatch(plain):
            return normalise(plain, scheme), scheme
    for scheme, form in _LABELLED.items():
        if form.fullmatch(plain):
            return plain, scheme
    return plain, "other"


def normalise(text: str, scheme: str) -> str:
    """A number of that scheme as its registry writes it: no blanks, the prefix in its letter case."""
    plain = re.sub(r"[\s:#№]+", "", text.strip())
    if scheme == "nct":
        return "NCT" + plain[-8:]
    if scheme == "ctis":
        return re.sub(r"(?i)^EUCT", "", plain)
    if scheme in _PREFIX:
        usual = _PREFIX[scheme]
        at = plain.lower().find(usual.lower())
        body = plain[at + len(usual) :]
        if scheme in ("chictr", "itmctr") and re.fullmatch(r"-\d{10}", body):
            body = body[1:]
        if scheme == "rebec":
            body = body.lower()
        elif scheme == "chictr":
            body = body.upper()
        return plain[:at].upper() + usual + body
    if scheme in _PREFIXED and scheme not in ("ctri", "slctr", "utn", "repec", "euctr", "ntr"):
        return re.sub(r"(?<=[A-Z])-(?=\d)", "", plain.upper()) if scheme != "umin" else plain.upper()
    return plain.upper() if scheme in ("ctri", "slctr", "repec") else plain


def is_registry_scheme(scheme: str) -> bool:
    """Whether numbers of that scheme are given out by a trial registry."""
    return scheme in _REGISTRY_SCHEMES


def is_junk(text: str) -> bool:
    """Whether the words in an identifier slot say only that there is none.

    >>> is_junk("Not applicable"), is_junk("****"), is_junk("NCT00000000"), is_junk("MSC-01")
    (True, True, True, False)
    """
    plain = " ".join(text.split()).casefold().strip(" .;,")
    if plain in _JUNK or not any(c.isalnum() for c in plain):
        return True
    digits = "".join(c for c in plain if c.isdigit())
    return len(digits) >= 7 and len(set(digits)) == 1
