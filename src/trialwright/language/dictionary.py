"""A user's dictionary: terms of one's own, written by hand as TOML, with errors that name line and field.

Takes the text of a file, gives its terms. The form, with every field but `name` and `kind` optional:

    source = "Laboratory handbook, 2024"
    licence = "for this hospital"

    [[term]]
    name = "faecal calprotectin"
    kind = "quantity"          # or another of trialwright.model.vocabulary.TermKind
    words = ["faecal calprotectin", "stool calprotectin", "FCP", "粪便钙卫蛋白"]
    codes = ["LOINC:38445-3"]  # SYSTEM:CODE
    unit = "ug/g"              # UCUM
    plausible = [0, 30000]     # lowest and highest, in that unit

Further fields are those of `trialwright.model.vocabulary.Term`.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Collection
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn, get_args

from trialwright.errors import IllegalValue, ReadError
from trialwright.language.units import TABLE, read_table, read_unit
from trialwright.model.codec import convert
from trialwright.model.unit import Dimension, find_unit
from trialwright.model.vocabulary import Term, TermKind

_TOP = ("source", "licence", "term")
_FIELDS = Term.__struct_fields__
_HEAD = re.compile(r"^[ \t]*\[\[[ \t]*term[ \t]*\]\]", re.MULTILINE)
_LISTS = ("words", "exact", "codes", "quantitative", "parts")
_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(TermKind),
    "dimension": get_args(Dimension),
    "persistence": ("lifelong", "passing"),
}
_CURE = "the form is shown at the top of trialwright/language/dictionary.py and in the README"


def read_dictionary(path: Path, text: str) -> tuple[Term, ...]:
    """The terms of a dictionary, each with the file's source; raises ReadError in one sentence.

    >>> read_dictionary(Path("own.toml"), 'term = [{name = "gout", kind = "condition"}]')[0].source
    'own.toml'
    """
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ReadError(
            f"this is no TOML: {_lowered(error)}", where=str(path), cure="text stands in double quotes"
        ) from None
    except (InvalidOperation, RecursionError, ValueError) as error:
        raise ReadError(f"a value cannot be read ({type(error).__name__})", where=str(path)) from None
    for key in content:
        if key not in _TOP:
            raise ReadError(
                f"{key!r} is no field of a dictionary{_near(key, _TOP)}", where=str(path), cure=_CURE
            )
    entries = content.get("term", [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise ReadError("'term' is no list of terms", where=str(path), cure="begin each with [[term]]")
    if not entries:
        raise ReadError("there is no term in it", where=str(path), cure="begin each with [[term]]")
    source = content.get("source", path.name)
    if not isinstance(source, str) or not isinstance(content.get("licence", ""), str):
        raise ReadError("'source' and 'licence' are texts", where=str(path))
    lines = [text.count("\n", 0, found.start()) + 1 for found in _HEAD.finditer(text)]
    terms: dict[str, Term] = {}
    for at, entry in enumerate(entries):
        where = f"{path}, line {lines[at]}" if len(lines) == len(entries) else f"{path}, term {at + 1}"
        term = _term(entry, where, source)
        if term.name in terms:
            raise ReadError(f"the term {term.name!r} stands here a second time", where=where)
        terms[term.name] = term
    return tuple(terms.values())


def _lowered(error: Exception) -> str:
    text = str(error)
    return text[:1].lower() + text[1:]


def _near(word: str, known: Collection[str]) -> str:
    found = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def _term(entry: dict[str, Any], where: str, source: str) -> Term:
    """One term, checked field by field."""
    name = entry.get("name")

    def refuse(message: str, cure: str | None = None) -> NoReturn:
        of = f"the term {name!r}: " if isinstance(name, str) and name else ""
        raise ReadError(of + message, where=where, cure=cure)

    for key in entry:
        if key not in _FIELDS:
            refuse(f"{key!r} is no field of a term{_near(key, _FIELDS)}", _CURE)
    if not isinstance(name, str) or not name.strip():
        refuse("a term needs a name", 'write name = "..."')
    for key, known in _CHOICES.items():
        value = entry.get(key)
        if value not in known and (value is not None or key == "kind"):
            given = f"{value!r} is no {key}" if value is not None else f"a term needs a {key}"
            refuse(given, f"take one of {', '.join(known)}")
    for key in _LISTS:
        values = entry.get(key, [])
        if not isinstance(values, list) or not all(isinstance(v, str) and v.strip() for v in values):
            refuse(f"{key!r} is a list of texts", f'write {key} = ["...", "..."]')
    for code in (*entry.get("codes", ()), *entry.get("quantitative", ())):
        system, mark, rest = code.partition(":")
        if not (system.isalnum() and mark and rest.strip()):
            refuse(f"the code {code!r} names no system", "write it like LOINC:718-7")
    entry = _measured(entry, refuse)
    try:
        return convert({"source": source, **entry}, Term)
    except IllegalValue as error:
        refuse(str(error))


def _measured(entry: dict[str, Any], refuse: Callable[..., NoReturn]) -> dict[str, Any]:
    """The entry with its unit and its numbers checked, and the dimension that the unit has."""
    made = dict(entry)
    unit = entry.get("unit")
    if unit is not None:
        code = _unit_code(unit) if isinstance(unit, str) else None
        if code is None:
            refuse(f"the unit {unit!r} is not known", "write its UCUM code, such as mmol/L")
        made["unit"] = code
        known = find_unit(code)
        if known is not None:
            made.setdefault("dimension", known.dimension)
    if "plausible" in entry:
        limits = entry["plausible"]
        if not isinstance(limits, list) or len(limits) != 2 or None in (ends := [_number(v) for v in limits]):
            refuse("'plausible' is a lowest and a highest number", "write plausible = [0, 500]")
        made["plausible"] = ends
        if ends[0] > ends[1]:  # type: ignore[operator]
            refuse("'plausible' ends before it begins")
    if "molar_mass" in entry:
        mass = _number(entry["molar_mass"])
        if mass is None or mass <= 0:
            refuse("'molar_mass' is a number above nought, in g/mol")
        made["molar_mass"] = mass
    return made


def _unit_code(unit: str) -> str | None:
    """The UCUM code of a unit that is written as one, or as documents spell it."""
    if unit in read_table(TABLE.read_text(encoding="utf-8")):
        return unit
    known = find_unit(unit)
    if known is not None:
        return known.code
    found = read_unit(unit, 0)
    return found.code if found is not None and found.end == len(unit) else None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
