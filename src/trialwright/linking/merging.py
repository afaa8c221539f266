"""Computes one study from the statements of one or several records, and lists where they disagree.

Nothing is overwritten: every statement stays in the study, a value is chosen by a stated policy, and what was
not chosen is a conflict with both readings.

The policy: the surest statement; then the later stage of a status and the fuller set of phases; then the
record that states the most, and within a record the first statement. Lists of names (conditions, identifiers,
places, papers) are united; lists that describe one design (arms, interventions, outcomes) are taken from the
record that tells the most of them.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import msgspec

from trialwright.errors import IllegalValue
from trialwright.linking.checking import check_study
from trialwright.linking.evidence import fold_words
from trialwright.model import codec
from trialwright.model.source import Absence, Conflict, Note, Record, Span, Statement
from trialwright.model.study import Study

_STEP = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")
_CJK = re.compile(r"[\u4e00-\u9fff]")

# What tells one item of a list from another, for each list of the study.
_KEYS = {
    "identifiers": "value",
    "arms": "label",
    "interventions": "name",
    "outcomes": "measure",
    "locations": "facility",
    "contacts": "name",
    "collaborators": "name",
    "publications": "doi",
    "reported_results": "text",
}
# Texts that everybody words in his own way; that they differ says nothing.
_TOLD_FREELY = frozenset({"brief_summary", "detailed_description", "description"})
_OF_ONE_DESIGN = frozenset({"arms", "interventions", "outcomes", "phases"})
_TELLING: tuple[Absence, ...] = (
    "sentinel",
    "stated_unavailable",
    "not_loaded",
    "unparsable",
    "not_applicable",
    "not_stated",
)


class _Step(NamedTuple):
    name: str
    position: int | None


@lru_cache(maxsize=65536)
def parse_path(field: str) -> tuple[_Step, ...]:
    """The steps of a dotted path.

    >>> parse_path("arms[1].label")
    (_Step(name='arms', position=1), _Step(name='label', position=None))
    """
    steps = []
    for part in field.split("."):
        found = _STEP.fullmatch(part)
        if found is None:
            raise IllegalValue(f"{field!r} is not the path of a field")
        steps.append(_Step(found[1], None if found[2] is None else int(found[2])))
    return tuple(steps)


def _write_path(steps: Iterable[_Step]) -> str:
    return ".".join(s.name if s.position is None else f"{s.name}[{s.position}]" for s in steps)


def compute_study(records: Sequence[Record]) -> Study:
    """The study that the records, taken together, state.

    Raises IllegalValue when a statement does not fit the field that it names.
    """
    ordered = sorted(records, key=lambda r: -len(r.statements))
    # A record alone needs no bringing together, unless its lists have gaps, which are closed by it.
    statements = ordered[0].statements if len(ordered) == 1 else _united(ordered)
    plain, conflicts = _values(statements, records)
    if len(ordered) == 1 and _has_gaps(plain):
        statements = _united(ordered)
        plain, conflicts = _values(statements, records)
    plain["id"] = _name(ordered, plain)
    plain["sources"] = [codec.to_plain(r.source) for r in records]
    study = codec.convert(plain, Study)
    study = msgspec.structs.replace(
        study,
        statements=statements,
        conflicts=tuple(conflicts),
        absent=_absences(ordered, statements),
        notes=(
            *(note for record in records for note in _located(record)),
            *(_sentinels(ordered, statements) if len(ordered) > 1 else ()),
        ),
    )
    return check_study(study)


def _united(records: Sequence[Record]) -> tuple[Statement, ...]:
    return tuple(s for record in _align(records) for s in record)


def _values(
    statements: Sequence[Statement], records: Sequence[Record]
) -> tuple[dict[str, Any], list[Conflict]]:
    """The chosen value of every field, in the shape of the study, and what disagrees."""
    plain: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    texts = {r.source.id: r.text for r in records}
    for field, positions in _by_field(statements).items():
        chosen = positions[0] if len(positions) == 1 else _choose(statements, positions)
        _set(plain, parse_path(field), statements[chosen].value)
        # The number that names the study is chosen among its identifiers; two registers are no conflict.
        if len(positions) > 1 and field != "id":
            conflict = _disagreement(field, positions, chosen, statements, texts)
            if conflict is not None:
                conflicts.append(conflict)
    return plain, conflicts


def _has_gaps(plain: dict[str, Any]) -> bool:
    """Whether a list has positions that nothing was stated for."""
    return any({} in value for value in plain.values() if isinstance(value, list))


def _sentinels(records: Sequence[Record], statements: Sequence[Statement]) -> Iterable[Note]:
    """A note for each field in which one record gives a figure that stands for none, and another a value."""
    stated = {s.field: s for s in statements}
    for record in records:
        for field, reason in record.absent.items():
            group = field.partition(".")[0]
            told = next((s for f, s in stated.items() if f.partition(".")[0] == group), None)
            if reason == "sentinel" and told is not None and told.source != record.source.id:
                yield Note(
                    code="sentinel_against_value",
                    message=f"{field} is a figure that stands for none here; elsewhere "
                    f"{told.field} is {told.value}",
                    source=record.source.id,
                )


def _located(record: Record) -> Iterable[Note]:
    for note in record.notes:
        yield msgspec.structs.replace(note, source=note.source or record.source.id)


def _by_field(statements: Sequence[Statement]) -> dict[str, list[int]]:
    fields: dict[str, list[int]] = defaultdict(list)
    for position, statement in enumerate(statements):
        fields[statement.field].append(position)
    return fields


def _choose(statements: Sequence[Statement], positions: Sequence[int]) -> int:
    """The surest statement; of equally sure ones what the policy says, else the first.

    The later stage of a status and the larger set of phases go before the order of the records.
    """

    def rank(position: int) -> tuple[float, int, int]:
        statement = statements[position]
        further = 0
        if statement.field == "overall_status":
            further = -_STAGES.get(statement.value, -1)
        elif statement.field == "phases" and isinstance(statement.value, list | tuple):
            further = -len(statement.value)
        return -statement.certainty, further, position

    return min(positions, key=rank)


def _set(plain: dict[str, Any], steps: Sequence[_Step], value: Any) -> None:
    here: Any = plain
    for step in steps[:-1]:
        if step.position is None:
            here = here.setdefault(step.name, {})
        else:
            here = _member(here.setdefault(step.name, []), step.position)
    name, position = steps[-1]
    if position is None:
        here[name] = value
        return
    items = here.setdefault(name, [])
    if position == len(items):
        items.append(dict(value) if isinstance(value, dict) else value)
    elif isinstance(value, dict):
        # A member may be stated whole by one record and by its parts in another.
        _member(items, position).update({k: v for k, v in value.items() if k not in items[position]})
    else:
        _member(items, position)
        items[position] = value


def _member(items: list[Any], position: int) -> Any:
    """The member at a position, which is made when it is not there yet."""
    while len(items) <= position:
        items.append({})
    return items[position]


# -- lists: the items of each record are brought to the positions of the study's one list ---------------


def _align(records: Sequence[Record]) -> list[list[Statement]]:
    """The statements of each record, list positions changed to those of the united list."""
    own = [_items(record) for record in records]
    united: dict[str, list[str]] = {}
    for name in sorted({name for record in own for name in record}):
        leader = max(range(len(records)), key=lambda r: (len(own[r].get(name, ())), -r))
        united[name] = list(own[leader][name].values())
    places = [
        {name: _places(items, united[name], name in _OF_ONE_DESIGN) for name, items in record.items()}
        for record in own
    ]
    return [
        [_moved(s, place) for s in record.statements] for record, place in zip(records, places, strict=True)
    ]


def _items(record: Record) -> dict[str, dict[int, str]]:
    """For each list of the record the keys of its items, by their positions there."""
    lists: dict[str, dict[int, str]] = {}
    for statement in record.statements:
        head, *rest = parse_path(statement.field)
        if head.position is None:
            continue
        keys = lists.setdefault(head.name, {})
        keys.setdefault(head.position, f"#{head.position}")
        value = statement.value
        key = _KEYS.get(head.name)
        if not rest:
            value = value.get(key) if isinstance(value, dict) and key else value
        elif len(rest) > 1 or rest[0].name != key:
            continue
        if isinstance(value, str):
            keys[head.position] = fold_words(value)
    return {name: dict(sorted(keys.items())) for name, keys in lists.items()}


def _places(items: dict[int, str], united: list[str], of_one_design: bool) -> dict[int, int]:
    """Where each item goes: to its namesake, else (one design) to a free position, else to the end."""
    place: dict[int, int] = {}
    # Two items of one record may share a name (two sites of a hospital); each takes its own position.
    namesakes: dict[str, list[int]] = defaultdict(list)
    for position in reversed(range(len(united))):
        namesakes[united[position]].append(position)
    for index, key in items.items():
        if namesakes.get(key):
            place[index] = namesakes[key].pop()
    taken = set(place.values())
    free = (p for p in range(len(united)) if of_one_design and p not in taken)
    for index, key in items.items():
        if index in place:
            continue
        position = next(free, len(united))
        if position == len(united):
            united.append(key)
        place[index] = position
    return place


def _moved(statement: Statement, place: dict[str, dict[int, int]]) -> Statement:
    head, *rest = parse_path(statement.field)
    if head.position is None or place[head.name][head.position] == head.position:
        return statement
    moved = _Step(head.name, place[head.name][head.position])
    return msgspec.structs.replace(statement, field=_write_path((moved, *rest)))


# -- disagreement and absence ---------------------------------------------------------------------------

_Kind = Literal["value", "precision", "superseded", "granularity", "translation"]
# A trial goes through these, and never back: of two the later one is the newer.
_STAGES = {
    "NOT_YET_RECRUITING": 0,
    "ENROLLING_BY_INVITATION": 1,
    "RECRUITING": 1,
    "ACTIVE_NOT_RECRUITING": 2,
    "COMPLETED": 3,
    "TERMINATED": 3,
}


def _disagreement(
    field: str,
    positions: Sequence[int],
    chosen: int,
    statements: Sequence[Statement],
    texts: dict[str, str],
) -> Conflict | None:
    if parse_path(field)[-1].name in _TOLD_FREELY:
        return None
    value = statements[chosen].value
    others = [p for p in positions if not _agrees(statements[p].value, value)]
    if not others:
        return None
    kinds = {_kind(statements[p], statements[chosen], texts) for p in others}
    kind: _Kind = "value" if "value" in kinds else min(kinds)
    sources = {statements[p].source for p in (chosen, *others)}
    why = (
        "the record that states the most goes first"
        if len(sources) > 1
        else "the first statement of the document goes first"
    )
    if kind == "superseded":
        why = "the later stage of a trial goes first"
    elif kind == "granularity" and isinstance(value, list | tuple):
        why = "the fuller list goes first"
    if any(statements[p].certainty < statements[chosen].certainty for p in others):
        why = "the surer statement goes first"
    return Conflict(
        field=field, statements=tuple(sorted((chosen, *others))), kind=kind, chosen=chosen, why=why
    )


def _agrees(a: Any, b: Any) -> bool:
    """Equal, or words of two languages, which only a reader of both could compare."""
    if isinstance(a, str) and isinstance(b, str):
        return fold_words(a) == fold_words(b) or bool(_CJK.search(a)) != bool(_CJK.search(b))
    if isinstance(a, dict) and isinstance(b, dict) and not (_is_date(a) or "unit" in a):
        # Of two members of a list one may tell more; they disagree where both tell something.
        return all(_agrees(a[key], b[key]) for key in a.keys() & b.keys())
    return bool(a == b)


def _kind(one: Statement, other: Statement, texts: dict[str, str]) -> _Kind:
    if _is_date(one.value) and _is_date(other.value):
        a, b = one.value["value"], other.value["value"]
        return "precision" if a.startswith(b) or b.startswith(a) else "value"
    if one.field == "overall_status" and {one.value, other.value} <= _STAGES.keys():
        return "superseded" if _STAGES[one.value] != _STAGES[other.value] else "value"
    if isinstance(one.value, list | tuple) and isinstance(other.value, list | tuple):
        ours, theirs = {str(v) for v in one.value}, {str(v) for v in other.value}
        return "granularity" if ours <= theirs or theirs <= ours else "value"
    if _is_chinese(one, texts) != _is_chinese(other, texts):
        return "translation"
    if isinstance(one.value, str) and isinstance(other.value, str):
        a, b = fold_words(one.value), fold_words(other.value)
        return "granularity" if a in b or b in a else "value"
    return "value"


def _is_date(value: Any) -> bool:
    return isinstance(value, dict) and "precision" in value


def _is_chinese(statement: Statement, texts: dict[str, str]) -> bool:
    span: Span | None = statement.span
    return span is not None and bool(_CJK.search(texts.get(statement.source, "")[span[0] : span[1]]))


def _absences(records: Sequence[Record], statements: Sequence[Statement]) -> dict[str, Absence]:
    """Fields that no record gives, each with the most telling reason."""
    stated = {name for statement in statements for name in _names(statement.field)}
    reasons: dict[str, Absence] = {}
    for record in records:
        for field, reason in record.absent.items():
            known = reasons.get(field, "not_stated")
            reasons[field] = min(reason, known, key=_TELLING.index)
    return {f: r for f, r in sorted(reasons.items()) if f not in stated}


@lru_cache(maxsize=65536)
def _names(field: str) -> tuple[str, ...]:
    """The field and what it is part of, without positions."""
    steps = [s.name for s in parse_path(field)]
    return tuple(".".join(steps[: n + 1]) for n in range(len(steps)))


def _name(records: Sequence[Record], plain: dict[str, Any]) -> str:
    """A registry's number: that of ClinicalTrials.gov, else the first stated; else a fingerprint."""
    numbers = [i for i in plain.get("identifiers", []) if i.get("role") == "registry"]
    if numbers:
        return str(min(numbers, key=lambda i: i["scheme"] != "nct")["value"])
    first = records[0].source
    fragment = first.uri.partition("#")[2]
    return "doc-" + hashlib.sha256(f"{first.sha256}#{fragment}".encode()).hexdigest()[:12]
