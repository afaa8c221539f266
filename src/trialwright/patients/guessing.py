"""A first column map for a wide table, guessed from its header and its first rows, for somebody to confirm.

Takes a file and a vocabulary, gives TOML in which every guess says why, and every column without one is
listed. Nothing is screened with it unless it is given as the map.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from trialwright.errors import PatientsError
from trialwright.model.unit import find_unit
from trialwright.model.vocabulary import Term, Vocabulary
from trialwright.patients.labels import Label, Labels, fold, role_of
from trialwright.patients.profiles import LOCAL, MOST, ROWS, Profile, Seen, read_profiles

_CODE = re.compile(r"(LOINC|ICD10CM|ICD10|SNOMED|RXNORM|NCIT|ATC|CVX)[:/].+", re.IGNORECASE)
_ICD = re.compile(r"[A-TV-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?")
_SEXES = {"m": "M", "male": "M", "man": "M", "男": "M", "男性": "M", "f": "F", "female": "F", "woman": "F",
          "w": "F", "女": "F", "女性": "F"}  # fmt: skip
# Units worth proposing where the header names none, by dimension.
_USUAL = ("10*9/L", "/uL", "g/L", "g/dL", "mg/dL", "mg/L", "ng/mL", "mmol/L", "umol/L", "U/L", "%")


class Guess(NamedTuple):
    """Lines of the map for a column; those of a doubtful guess are comments."""

    lines: tuple[str, ...]
    uses: tuple[str, ...] = ()


def guess_columns(path: str | Path, vocabulary: Vocabulary, *, sheet: str | None = None) -> str:
    """The text of a first map for the file; raises PatientsError where it is no table."""
    place = Path(path)
    seen = read_profiles(place, sheet)
    if {"subject_id", "code"} <= {profile.name for profile in seen.profiles}:
        raise PatientsError(
            "this is no wide table: a row is a fact, with subject_id and code",
            where=str(path),
            cure="give it without a map",
        )
    return "\n".join(_Guesser(place.name, seen, Labels(vocabulary), sheet).lines()) + "\n"


class _Guesser:
    """Puts the map together; a column is guessed once, and then spoken for."""

    def __init__(self, file: str, seen: Seen, labels: Labels, sheet: str | None) -> None:
        self.file, self.labels, self.sheet = file, labels, sheet
        self.profiles, self.missing, self.decimal = seen
        profiles = self.profiles
        self.names = {fold(p.name): p.name for p in reversed(profiles)}
        number = Counter(p.name for p in profiles)
        self.own = {name for name, times in number.items() if name and times == 1}
        self.usable = [p for p in profiles if self._is_usable(p)]
        self.roles = self._roles()
        self.has_time = "time" in self.roles

    def _is_usable(self, profile: Profile) -> bool:
        """Whether a map can name the column."""
        return profile.name in self.own

    def lines(self) -> Iterator[str]:
        """The lines of the map."""
        yield f"# A first column map for {_quoted(self.file)}: guesses from its header and its first"
        yield f"# {ROWS} rows. Read every line, mend it, and give it with --columns."
        yield ""
        if "subject" in self.roles:
            yield f"subject = {_quoted(self.roles['subject'])}  # by its name"
        else:
            yield '# subject = ""  # which column is the person?'
        for role, what in _SAID.items():
            if role in self.roles:
                yield f"{role} = {_quoted(self.roles[role])}  # {what}, by its name and cells"
        if not self.has_time:
            yield '# at = "2024-05-31"  # no column of days was found: on which day do the rows hold?'
        if self.sheet is not None:
            yield f"sheet = {_quoted(self.sheet)}"
        if self.missing:
            yield f"missing = [{', '.join(map(_quoted, self.missing))}]  # these seem to mean an empty cell"
        if self.decimal != ".":
            yield f"decimal = {_quoted(self.decimal)}  # numbers are written like 9,5"
        yield from self._format()
        spoken = set(self.roles.values())
        left: list[tuple[str, str]] = []
        for profile in self.usable:
            if profile.name in spoken:
                continue
            made = self._guess(profile)
            if isinstance(made, str):
                left.append((profile.name, made))
                continue
            spoken.update((profile.name, *made.uses))
            yield ""
            yield from made.lines
        left += [(p.name, "its name is not its own") for p in self.profiles if not self._is_usable(p)]
        left = [(name, why) for name, why in left if name not in spoken]
        if left:
            yield ""
            yield "# Columns without a guess, which are left out unless you map them:"
            yield from (f"#   {_quoted(name)}: {why}" for name, why in left)

    def _roles(self) -> dict[str, str]:
        """The columns of the person, the time, the end and the note."""
        found: dict[str, str] = {}
        events = any(p.share(_CODE) >= MOST for p in self.usable)
        for profile in self.usable:
            role = role_of(profile.name)
            fits = {
                "subject": bool(profile.cells),
                "time": profile.is_dates,
                "end": profile.is_dates and events,
                "note": events,
            }
            if role is not None and fits.get(role):
                found.setdefault(role, profile.name)
        return found

    def _format(self) -> Iterator[str]:
        """How days are written, where not in the order of ISO 8601."""
        days = [m for p in self.usable if p.is_dates for c in p.cells if (m := LOCAL.fullmatch(c))]
        if not days:
            return
        sign = Counter(m[2] for m in days).most_common(1)[0][0]
        first, second = max(int(m[1]) for m in days), max(int(m[3]) for m in days)
        day, month = f'"%d{sign}%m{sign}%Y"', f'"%m{sign}%d{sign}%Y"'
        if first > 12 >= second:
            yield f"time_format = {day}  # the first part goes up to {first}"
        elif second > 12 >= first:
            yield f"time_format = {month}  # the second part goes up to {second}"
        else:
            yield f"# time_format = {day}  # or {month}? The cells do not tell"

    def _guess(self, profile: Profile) -> Guess | str:
        """The lines of a column, or why there are none."""
        if not profile.cells:
            return "its first rows are empty"
        role = role_of(profile.name)
        if role in ("birth", "death"):
            if profile.is_births:
                code = "MEDS_BIRTH" if role == "birth" else "MEDS_DEATH"
                return _block(profile, f"days of {role}", 'as = "time"', f'code = "{code}"')
            return f"a {role} by its name, but its cells are no days"
        if role == "sex":
            return self._sex(profile)
        if role == "age":
            return self._age(profile)
        if profile.share(_CODE) >= MOST:
            return _block(profile, "its cells are codes", 'as = "code"')
        return self._concept(profile)

    def _sex(self, profile: Profile) -> Guess | str:
        kinds = sorted(set(profile.cells))
        known = {c: _SEXES[c.casefold()] for c in kinds if c.casefold() in _SEXES}
        if known:
            values = ", ".join(f'{_quoted(c)} = "SEX//{s}"' for c, s in known.items())
            others = [_quoted(c[:20]) for c in kinds if c not in known][:6]
            more = (f"# not understood: {', '.join(others)}",) if others else ()
            return _block(profile, "the sex, by its name", 'as = "code"', f"values = {{{values}}}", *more)
        if len(kinds) > 6:
            return "a sex by its name, but its cells are not understood"
        values = ", ".join(f'{_quoted(c)} = "SEX//?"' for c in kinds)
        return _doubt(
            profile,
            "the sex, by its name; which cell is F, which M?",
            'as = "code"',
            f"values = {{{values}}}",
        )

    def _age(self, profile: Profile) -> Guess | str:
        numbers = profile.numbers
        if not numbers or not 0 <= min(numbers) <= max(numbers) <= 130:
            return "an age by its name, but its cells are no years"
        if self.has_time:
            return _block(profile, "ages in years, on the day of their row", 'as = "age"')
        return _doubt(
            profile, "ages in years; on which day did they hold?", 'as = "age"', 'at = "2024-05-31"'
        )

    def _concept(self, profile: Profile) -> Guess | str:
        """A column whose header is a word of the vocabulary, and whose cells fit it."""
        found = self.labels.find(profile.name)
        if found is None:
            if profile.is_dates:
                return "days, but of what?"
            if profile.share(_ICD) >= MOST and len(set(profile.cells)) > 2:
                return _block(profile, "its cells look like ICD-10", 'as = "code"', 'system = "ICD10CM"')
            return "no word of the vocabulary"
        term, label, why = found
        code, said = f'code = "{term.codes[0]}"', f"{term.name}: {why}"
        if term.kind in ("quantity", "score"):
            return self._measure(profile, term, label, code, said)
        both = profile.yes_and_no
        if term.kind == "coded":
            if both is None:
                return _block(profile, said, code)
            return _block(
                profile, f"{said}; is {both[0]!r} positive?", code,
                f'values = {{{_quoted(both[0])} = "positive", {_quoted(both[1])} = "negative"}}',
            )  # fmt: skip
        # Of several codes each says more than the word: only a person can take one.
        made = _block if len(term.codes) == 1 else _doubt
        choice = () if len(term.codes) == 1 else (f"# one of: {', '.join(term.codes[:12])}",)
        if profile.is_dates:
            return made(profile, f"{said}; its cells are days", 'as = "time"', code, *choice)
        if both is not None:
            values = f'values = {{{_quoted(both[0])} = "{term.codes[0]}", {_quoted(both[1])} = ""}}'
            why = f"{said}; {both[1]!r} becomes no row"
            return made(profile, why, 'as = "code"', values, *choice)
        return f"{term.name} by its name, but its cells are neither days nor yes and no"

    def _measure(self, profile: Profile, term: Term, label: Label, code: str, said: str) -> Guess | str:
        unit = label.unit
        numbers = profile.numbers
        if not numbers:
            return f"{term.name} by its name, but its cells are no numbers"
        middle = median(numbers)
        if unit is not None and _fits(middle, unit, term) is False:
            return f"{term.name} by its name, but its cells do not fit {unit}"
        beside = self._beside(profile.name, label.words)
        lines = [code]
        if "unit_column" in beside:
            lines.append(f"unit_column = {_quoted(beside['unit_column'])}")
        elif unit is not None:
            lines.append(f'unit = "{unit}"')
        elif term.dimension == "pure" or (term.kind == "score" and not term.unit):
            if _fits(middle, "1", term) is False:
                return f"{term.name} by its name, but its cells do not fit"
        else:
            usual = dict.fromkeys((*((term.unit,) if term.unit else ()), *_USUAL))
            fitting = [u for u in usual if _fits(middle, u, term)]
            if not fitting:
                return f"{term.name} by its name, but its cells fit none of its units"
            lines.append(f'# unit = "{fitting[0]}"  # the header names none; the cells would fit')
            lines.append(f"#   {', '.join(fitting[:4])}. Without a unit nothing is decided.")
        lines += [
            f"{key} = {_quoted(beside[key])}"
            for key in ("ref_low_column", "ref_high_column")
            if key in beside
        ]
        return Guess(_block(profile, said, *lines).lines, tuple(beside.values()))

    def _beside(self, *names: str) -> dict[str, str]:
        """The columns with unit and limits of normal of a column: its name and a word more."""
        endings = {
            "unit_column": ("unit", "units", "单位"),
            "ref_low_column": ("low", "lln", "ref low", "lower limit"),
            "ref_high_column": ("high", "uln", "ref high", "upper limit"),
        }
        found: dict[str, str] = {}
        for key, words in endings.items():
            for name in (f"{fold(n)} {word}" for n in names for word in words):
                if name in self.names:
                    found.setdefault(key, self.names[name])
        return found


_SAID = {"time": "the day of a row", "end": "the end of an event", "note": "words to an event"}


def _fits(number: float, unit: str, term: Term) -> bool | None:
    """Whether a number in a unit is plausible for the term; None where that cannot be said."""
    if term.plausible is None:
        return True if unit == term.unit else None
    low, high = map(float, term.plausible)
    one, own = find_unit(unit), find_unit(term.unit or "1")
    if one is None or own is None:
        return low <= number <= high if unit == term.unit else None
    value = 10.0 ** min(number, 300) if one.decadic else number
    if one.dimension == own.dimension:
        return low <= value * one.factor / own.factor <= high
    if term.molar_mass and {one.dimension, own.dimension} == {"mass", "substance"}:
        # A gram is 1000 / mass millimoles.
        bridge = 1000 / float(term.molar_mass)
        made = value * one.factor * (bridge if one.dimension == "mass" else 1 / bridge)
        return low <= made / own.factor <= high
    return own.dimension == "pure" and one.dimension == "percent" and low <= value <= high


def _block(profile: Profile, why: str, *lines: str) -> Guess:
    return Guess((f"[columns.{_key(profile.name)}]  # {_plain(why)}", *lines))


def _doubt(profile: Profile, why: str, *lines: str) -> Guess:
    return Guess((f"# [columns.{_key(profile.name)}]  # {_plain(why)}", *(f"# {line}" for line in lines)))


def _plain(text: str) -> str:
    """A text that may stand in a comment."""
    return "".join(c if c.isprintable() else " " for c in text)


def _quoted(text: str) -> str:
    """A text of TOML; its escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)
