"""What the header of a column says: the thing that was measured, its unit, or a role in the table.

Words are those of the vocabulary; what they do not hold is not guessed. `Hb (g/dL)`, `hb_g_dl` and `Hb, g/dL`
are haemoglobin in g/dL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from trialwright.model.unit import find_unit
from trialwright.model.vocabulary import Term, Vocabulary

_BRACKET = re.compile(r"(.*?)[\s_]*[(\[（]([^()\[\]（）]+)[)\]）]\s*", re.DOTALL)
_MEASURES = ("quantity", "score", "coded")
# Words that say when or how a result was had, not what it is.
_BESIDE = {"baseline", "bl", "screening", "scr", "latest", "last", "first", "value", "result", "level", "val",
           "at", "lab", "test"}  # fmt: skip
_SHORTEST_BEGINNING = 5
_PERCENT = {"pct", "percent", "perc", "prozent"}

# Headers that say what a column is for, folded.
ROLES: dict[str, tuple[str, ...]] = {
    "subject": (
        "id", "pid", "patient", "patient id", "patientid", "patient no", "patient number", "subject",
        "subject id", "subjectid", "subjid", "usubjid", "record id", "study id", "studyid", "participant",
        "participant id", "person", "person id", "mrn", "pidnum", "case id", "患者编号", "病历号",
        "受试者编号", "编号", "住院号", "患者id",
    ),
    "birth": (
        "birth", "birthdate", "birth date", "date of birth", "dob", "birthday", "birth year", "year of birth",
        "yob", "born", "brthdtc", "出生日期", "出生年月", "生日",
    ),
    "death": ("death", "death date", "date of death", "dod", "died", "deceased", "dthdtc", "死亡日期"),
    "age": ("age", "age years", "age yrs", "age y", "age a", "age at baseline", "age at screening", "年龄"),
    "sex": ("sex", "gender", "性别"),
    "end": ("until", "end", "end date", "enddate", "stop", "stop date", "end time", "结束日期"),
    "note": ("note", "notes", "remark", "remarks", "备注"),
    "time": (
        "date", "time", "datetime", "visit date", "visitdate", "sample date", "collection date", "lab date",
        "test date", "when", "day", "timestamp", "start", "start date", "visit", "日期", "时间", "检查日期",
    ),
}  # fmt: skip


_ROLE_OF = {word: role for role, words in ROLES.items() for word in words}


class Label(NamedTuple):
    """A header cut into what is measured and in which unit; `unit` null where it names none."""

    words: str
    unit: str | None


def fold(text: str) -> str:
    """Letters and digits in lower case, with single blanks between them.

    >>> fold("CD4+_Count")
    'cd4 count'
    """
    return re.sub(r"[\W_]+", " ", text.casefold().replace("%", " percent ")).strip()


def role_of(header: str) -> str | None:
    """What the column is for in the table, by its name alone."""
    return _ROLE_OF.get(fold(header))


class Labels:
    """Looks headers up among the words of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._terms: dict[str, Term] = {}
        self._units = {_plain(term.unit) for term in vocabulary.terms if term.unit}
        # A column that is named like a measure is one, before it is a disease of that name.
        for term in sorted(vocabulary.terms, key=lambda t: t.kind not in _MEASURES):
            for word in (term.name, *term.words, *term.exact):
                if term.codes and fold(word):
                    self._terms.setdefault(fold(word), term)

    def find(self, header: str) -> tuple[Term, Label, str] | None:
        """The term of a header, how the header was cut, and why, in words; None where no word fits."""
        cuts = list(dict.fromkeys(self._cuts(header)))
        for cut in cuts:
            term = self._terms.get(fold(cut.words))
            if term is not None:
                return term, cut, f"{cut.words.strip()!r} is a word for it"
        for cut in cuts:
            tokens = [token for token in fold(cut.words).split() if token not in _BESIDE]
            term = self._terms.get(" ".join(tokens))
            if term is not None:
                return term, cut, f"{' '.join(tokens)!r} is a word for it"
        for cut in cuts:
            term = self._beginning(fold(cut.words))
            if term is not None:
                return term, cut, f"{cut.words.strip()!r} is how a word for it begins"
        return None

    def _beginning(self, folded: str) -> Term | None:
        """The one measure with a word that begins so."""
        if len(folded) < _SHORTEST_BEGINNING or not folded.isalpha():
            return None
        found = {
            term.name: term
            for word, term in self._terms.items()
            if word.startswith(folded) and term.kind in ("quantity", "score")
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def _cuts(self, header: str) -> Iterator[Label]:
        """Ways to cut a header into words and a unit, the surest first."""
        bracket = _BRACKET.fullmatch(header)
        if bracket:
            unit = self._unit(bracket[2])
            yield Label(bracket[1], unit)
        yield Label(header, None)
        tokens = [t for t in re.split(r"[\s_,;]+", header.strip()) if fold(t) not in _BESIDE]
        for size in (3, 2, 1):
            if len(tokens) > size:
                for joined in ("/".join(tokens[-size:]), "".join(tokens[-size:])):
                    unit = self._unit(joined)
                    if unit is not None:
                        yield Label(" ".join(tokens[:-size]), unit)

    def _unit(self, text: str) -> str | None:
        """The unit as it may stand in a map, where the text is one."""
        spelling = text.strip()
        if spelling.casefold() in _PERCENT:
            return "%"
        known = find_unit(spelling)
        if known is not None and not spelling.isdigit():
            return known.code
        return spelling if _plain(spelling) in self._units and not spelling.isdigit() else None


def _plain(spelling: str) -> str:
    return "".join(spelling.split()).lower().replace("µ", "u").replace("μ", "u")
