"""Pages of the Chinese Clinical Trial Registry: every label twice, in Chinese and in English.

Takes the text of such a page, gives its record. Where a value stands in both languages the English words
are the value and the Chinese ones a second witness to it; several labels may share a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from trialwright.formats.chictr_ages import state_ages
from trialwright.formats.chictr_labels import KEYS
from trialwright.formats.document import Document
from trialwright.formats.draft import Draft
from trialwright.formats.eligibility import state_eligibility
from trialwright.formats.grids import IN_CELL
from trialwright.formats.labelled import state_design_words
from trialwright.formats.lines import Line, extent, split_lines
from trialwright.formats.values import SIMPLE, state_date, state_text
from trialwright.language.enumerations import (
    is_unavailable,
    read_phases,
    read_sex,
    read_status,
    read_study_type,
)
from trialwright.language.identifiers import is_junk
from trialwright.model.source import Record, Span

NAME = "chictr-text"


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words).translate(_HALF).strip().casefold()


_HALF = str.maketrans("（）：，", "():,")
_LABELS = {_plain(label): key for key, labels in KEYS.items() for label in labels.split("|")}
_FULL = {"(": "[(（]", ")": "[)）]"}
_FORM = "|".join(
    "".join(_FULL.get(c, r"\s" if c == " " else re.escape(c)) for c in label)
    for labels in KEYS.values()
    for label in sorted(labels.split("|"), key=len, reverse=True)
)
_LABEL = re.compile(
    r"(?:(?<=\s)|^)(?P<label>" + "|".join(sorted(_FORM.split("|"), key=len, reverse=True)) + r")\s*[:：]",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?P<zh>[\u3400-\u9fff（）()]+)\s+(?P<en>[A-Z][A-Za-z ()/']+)$")
_FROM_TO = re.compile(
    r"(?:从\s*From|从|From)\s*(?P<start>\d{4}-\d{1,2}-\d{1,2})[\d: ]{0,12}\s*(?:至\s*To|至|To)\s*"
    r"(?P<end>\d{4}-\d{1,2}-\d{1,2})",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}")
_IN_ROW = re.compile(f"[^\t{IN_CELL}]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_MOST_ON_LINE = 20_000


class Entry(Struct, frozen=True, kw_only=True):
    """A label in one language and the lines of its value."""

    key: str
    chinese: bool
    label: Line
    lines: tuple[Line, ...]


def sniff(text: str) -> float:
    """Labels of this registry in both languages."""
    found = {_plain(m["label"]) for line in split_lines(text[:200_000]) for m in _matches(line)}
    chinese = sum(bool(_HAN.search(label)) for label in found)
    both = min(chinese, len(found) - chinese)
    named = "chictr" in text[:200_000].casefold()
    return min(0.96, 0.08 * both + 0.2 * named) if both > 2 else 0.0


def _matches(line: Line) -> list[re.Match[str]]:
    return list(_LABEL.finditer(line.text)) if len(line.text) < _MOST_ON_LINE else []


def read(document: Document) -> tuple[Record, ...]:
    """The one record of the page."""
    draft = Draft(document, NAME)
    entries = _shared_out(_entries(_without_cells(split_lines(document.text))))
    own = [e for e in entries if e.lines]
    for key in ("id", "secondary"):
        lines = [line for e in own if e.key == key for line in e.lines if not is_junk(line.text)]
        if lines:
            SIMPLE["identifiers"](draft, lines)
    for key, field in (
        ("brief_title", "brief_title"),
        ("official_title", "official_title"),
        ("acronym", "acronym"),
    ):
        for entry in _english_first(own, key):
            state_text(draft, field, entry.lines[:1])
    for entry in _english_first(own, "conditions"):
        for line in entry.lines[:1]:
            if not is_unavailable(line.text):
                draft.state_line("conditions[0]", line)
    _state_sponsor(draft, own)
    _state_read(draft, own)
    _state_times(draft, own)
    _state_groups(draft, entries)
    _state_outcomes(draft, own)
    _state_places(draft, entries)
    _state_criteria(draft, own)
    return (draft.record(),)


def _entries(lines: Sequence[Line]) -> list[Entry]:
    """The labels of the page in order, each with what stands behind or below it."""
    entries: list[Entry] = []
    label: tuple[str, bool, Line] | None = None
    body: list[Line] = []

    def close() -> None:
        if label is not None:
            entries.append(Entry(key=label[0], chinese=label[1], label=label[2], lines=tuple(body)))

    for line in lines:
        cuts = [(m.start("label"), m.end(), m["label"]) for m in _matches(line)]
        if not cuts and _bare(line.text):
            cuts = [(0, len(line.text), line.text)]
        # In the first of several cells a label needs no colon.
        alone, tab, _ = line.text.partition("\t")
        if tab and _bare(alone.rstrip()) and (not cuts or cuts[0][0] > 0):
            cuts = [(0, len(alone), alone.rstrip()), *cuts]
        if not cuts:
            body.append(line)
            continue
        _add(body, line, 0, cuts[0][0])
        for (start, end, words), stop in zip(cuts, [*(c[0] for c in cuts[1:]), len(line.text)], strict=True):
            close()
            known = _LABELS.get(_plain(words)) or _bare(words) or "other"
            label = (
                known,
                bool(_HAN.search(words)),
                Line(words, line.start + start, line.start + start + len(words)),
            )
            body = []
            _add(body, line, end, stop)
    close()
    return entries


def _without_cells(lines: Sequence[Line]) -> list[Line]:
    """The lines; of a row with several lines in a cell each line of each cell is one."""
    found: list[Line] = []
    for line in lines:
        if IN_CELL not in line.text or len(line.text) >= _MOST_ON_LINE:
            found.append(line)
            continue
        for match in _IN_ROW.finditer(line.text):
            _add(found, line, *match.span())
    return found


def _shared_out(entries: Sequence[Entry]) -> list[Entry]:
    """The entries; where both labels stand before both values, each gets the lines in its language."""
    found: list[Entry] = []
    for entry in entries:
        before = found[-1] if found else None
        both = before is not None and before.key == entry.key != "ages"
        if before and both and before.chinese and not before.lines and not entry.chinese:
            han = [number for number, line in enumerate(entry.lines, 1) if _is_chinese(line.text)]
            if 0 in [number - 1 for number in han] and han[-1] < len(entry.lines):
                found[-1] = _with(before, entry.lines[: han[-1]])
                entry = _with(entry, entry.lines[han[-1] :])
        found.append(entry)
    return found


def _with(entry: Entry, lines: tuple[Line, ...]) -> Entry:
    return Entry(key=entry.key, chinese=entry.chinese, label=entry.label, lines=lines)


def _is_chinese(words: str) -> bool:
    """Whether words are Chinese, in which names of substances and the like may be Latin."""
    han = len(_HAN.findall(words[:2000]))
    return han > 0 and han * 3 >= sum(c.isascii() and c.isalpha() for c in words[:2000])


def _bare(words: str) -> str | None:
    """The key of a label without its colon, alone on its line, in one language or both."""
    if len(words) > 80:
        return None
    if key := _LABELS.get(_plain(words)):
        # One word such as "Group" or "Type" alone is more often a value.
        return key if len(words) > 9 or len(_HAN.findall(words)) > 3 else None
    both = _BARE.fullmatch(words)
    return (_LABELS.get(_plain(both["zh"])) or _LABELS.get(_plain(both["en"]))) if both else None


def _add(body: list[Line], line: Line, start: int, end: int) -> None:
    words = line.text[start:end]
    plain = words.strip(" \t　;；")
    if plain:
        at = line.start + start + words.index(plain)
        body.append(Line(plain, at, at + len(plain)))


def _english_first(entries: Iterable[Entry], key: str) -> list[Entry]:
    """The entries of a key, those whose value is in English before those in Chinese; one of each."""
    found = [e for e in entries if e.key == key]
    english = [e for e in found if not _HAN.search(e.lines[0].text)]
    chinese = [e for e in found if _HAN.search(e.lines[0].text)]
    return english[:1] + chinese[:1]


def _state_sponsor(draft: Draft, entries: Sequence[Entry]) -> None:
    for entry in _english_first(entries, "sponsor"):
        SIMPLE["sponsor"](draft, entry.lines[:1])
    # The second sponsor stands in a small table of country, institution and address.
    inside = False
    found = []
    for entry in entries:
        if entry.key == "other_sponsor":
            inside = True
            found += [entry] if entry.lines and not _FROM_TO.search(entry.lines[0].text) else []
        elif inside and entry.key == "institution":
            found.append(entry)
        elif entry.key not in ("country", "province", "city", "other"):
            inside = False
    lead = {str(v).casefold() for v in draft.values("lead_sponsor.name")}
    names = [e.lines[0] for e in _english_first([_as(e, "name") for e in found], "name")]
    if names and not {name.text.casefold() for name in names} & lead:
        SIMPLE["collaborators"](draft, names[:1])
    for key, role in (("leader", "Study leader"), ("applicant", "Applicant")):
        for entry in _english_first(entries, key)[:1]:
            contact = f"contacts[{draft.count('contacts')}]"
            draft.state_line(f"{contact}.name", entry.lines[0])
            draft.state(f"{contact}.role", role, (entry.label.start, entry.label.end))


def _as(entry: Entry, key: str) -> Entry:
    return Entry(key=key, chinese=entry.chinese, label=entry.label, lines=entry.lines)


def _state_read(draft: Draft, entries: Sequence[Entry]) -> None:
    """The values of closed lists: each language is a witness, where the lists know its words."""
    readers: dict[str, Callable[[str], object]] = {
        "status": read_status,
        "study_type": read_study_type,
        "sex": read_sex,
        "phases": _reads_phases,
    }
    for key, read_value in readers.items():
        lines = [line for e in entries if e.key == key for line in e.lines]
        known = [line for line in lines if read_value(line.text)]
        chosen = [
            *[li for li in known if not _HAN.search(li.text)][:1],
            *[li for li in known if _HAN.search(li.text)][:1],
        ]
        for line in chosen or lines[:1]:
            SIMPLE[key](draft, (line,))
    for key in ("design", "masking"):
        lines = [line for e in entries if e.key == key for line in e.lines[:1]]
        for chinese in (False, True):
            half = [line for line in lines if bool(_HAN.search(line.text)) == chinese]
            state_design_words(draft, half, witness=chinese)
    for entry in entries:
        if entry.key == "ages":
            state_ages(draft, entry.lines)


def _reads_phases(words: str) -> bool:
    return read_phases(words) is not None or re.fullmatch(r"[1-4](?:-[1-4])?", words) is not None


def _state_times(draft: Draft, entries: Sequence[Entry]) -> None:
    """From when to when the study runs, and when it was registered and last looked at."""
    for key, field in (("registered", "study_first_post_date"), ("refreshed", "last_update_post_date")):
        lines = [line for e in entries if e.key == key for line in e.lines[:1]]
        found = next(((li, m) for li in lines if (m := _DAY.match(li.text))), None)
        if found:
            at = found[0].start
            state_date(draft, field, (Line(found[1][0], at, at + len(found[1][0])),))
    for entry in entries:
        if entry.key != "executed" or draft.holds("start_date"):
            continue
        for line in entry.lines[:3]:
            if match := _FROM_TO.search(line.text[:300]):
                for name, field in (("start", "start_date"), ("end", "completion_date")):
                    at = line.start + match.start(name)
                    state_date(draft, field, (Line(match[name], at, at + len(match[name])),))


def _rows(
    entries: Sequence[Entry], first: str, others: Sequence[str], *, chinese: bool
) -> list[dict[str, Line]]:
    """The repeated groups of labels, each group beginning with the label `first`."""
    rows: list[dict[str, Line]] = []
    for entry in entries:
        if entry.chinese != chinese or entry.key not in (first, *others) or not entry.lines:
            continue
        if entry.key == first:
            rows.append({})
        if rows:
            rows[-1].setdefault(entry.key, entry.lines[0])
    return rows


def _state_groups(draft: Draft, entries: Sequence[Entry]) -> None:
    """Groups with their sizes and interventions, and the whole number of people."""
    named = [_as(e, "given") if e.key == "arms" and not _is_heading(e, entries) else e for e in entries]
    english = _rows(named, "group", ("size", "given"), chinese=False)
    chinese = _rows(named, "group", ("size", "given"), chinese=True)
    sets = [english, chinese] if len(english) == len(chinese) else [english or chinese]
    for rows in sets:
        for number, row in enumerate(rows):
            arm = f"arms[{number}]"
            draft.state_line(f"{arm}.label", row["group"])
            size = row.get("size")
            if size and size.text.isdigit() and len(size.text) < 7:
                draft.state(f"{arm}.size", int(size.text), (size.start, size.end))
            if (given := row.get("given")) and not is_unavailable(given.text):
                draft.state_line(f"{arm}.interventions[0]", given)
                draft.state_line(f"interventions[{number}].name", given)
    totals = [line for e in entries if e.key == "total" for line in e.lines]
    if totals:
        SIMPLE["planned"](draft, totals[:1])
    elif sizes := [
        (int(r["size"].text), r["size"])
        for r in english or chinese
        if "size" in r and r["size"].text.isdigit()
    ]:
        total = sum(number for number, _ in sizes)
        if total:
            draft.state("enrollment.planned", total, (sizes[0][1].start, sizes[-1][1].end), 0.9)
            draft.note("summed", f"{total} is the sum of the groups", (sizes[0][1].start, sizes[-1][1].end))


def _is_heading(entry: Entry, entries: Sequence[Entry]) -> bool:
    """Whether 干预措施 opens the table of groups and is no label within it."""
    position = entries.index(entry)
    following = next((e for e in entries[position + 1 :] if e.key != "arms"), None)
    opens = following is not None and following.key == "group"
    return not entry.lines or (
        opens and not any(e.key == "group" for e in entries[max(0, position - 3) : position])
    )


def _state_outcomes(draft: Draft, entries: Sequence[Entry]) -> None:
    others = ("level", "when", "how")
    english = _rows(entries, "outcome", others, chinese=False)
    chinese = _rows(entries, "outcome", others, chinese=True)
    sets = [english, chinese] if len(english) == len(chinese) else [english or chinese]
    levels = {"primary": "primary", "主要": "primary", "secondary": "secondary", "次要": "secondary"}
    for rows in sets:
        for number, row in enumerate(rows):
            outcome = f"outcomes[{number}]"
            sort = row.get("level") or row["outcome"]
            found = next((v for k, v in levels.items() if sort.text.casefold().startswith(k)), "other")
            if "level" in row:
                draft.state(f"{outcome}.level", found, (sort.start, sort.end))
            elif not draft.holds(f"{outcome}.level"):
                draft.state(f"{outcome}.level", "other", (sort.start, sort.end), 0.3)
            draft.state_line(f"{outcome}.measure", row["outcome"])
            for key, name in (("when", "time_frame"), ("how", "description")):
                if (line := row.get(key)) and not is_unavailable(line.text):
                    draft.state_line(f"{outcome}.{name}", line)


def _state_places(draft: Draft, entries: Sequence[Entry]) -> None:
    start = next((i for i, e in enumerate(entries) if e.key == "settings"), None)
    if start is None:
        return
    stop = next(
        (i for i, e in enumerate(entries[start:], start) if e.key in ("outcomes", "outcome")), len(entries)
    )
    others = ("province", "city", "institution")
    english = _rows(entries[start:stop], "country", others, chinese=False)
    for number, row in enumerate(english or _rows(entries[start:stop], "country", others, chinese=True)):
        for key, name in (
            ("institution", "facility"),
            ("city", "city"),
            ("province", "state"),
            ("country", "country"),
        ):
            if (line := row.get(key)) and not is_unavailable(line.text):
                draft.state_line(f"locations[{number}].{name}", line)


def _state_criteria(draft: Draft, entries: Sequence[Entry]) -> None:
    """The criteria in English where both kinds are there, else in Chinese; headings included."""
    for english in (True, False):
        chosen = [e for e in entries if e.key in ("inclusion", "exclusion") and _is_english(e) == english]
        if not chosen:
            continue
        stretches: list[Span] = []
        for entry in chosen:
            if _follows(draft.text, entry):
                stretches.append(extent([entry.label, *entry.lines]))
            else:
                # The other language stands between the label and what it is of.
                stretches += [(entry.label.start, entry.label.end), extent(entry.lines)]
        if len(stretches) == 1:
            state_eligibility(draft, [chosen[0].label, *chosen[0].lines])
        else:
            draft.state_joined("eligibility.text", stretches)
        return


def _follows(text: str, entry: Entry) -> bool:
    """Whether the lines stand behind their label with no words between."""
    start = entry.lines[0].start
    return entry.label.end <= start and not text[entry.label.end : start].strip(" \t\r\n:：\u2028\u3000")


def _is_english(entry: Entry) -> bool:
    return not _is_chinese("".join(line.text for line in entry.lines)[:2000])
