"""Which tables and columns of the OMOP CDM 5.3 and 5.4 are read, and the SELECT that makes rows of each.

Takes relations (where a table lies, its columns and their types); gives SQL in DuckDB's dialect. Concept ids
are explained by two small tables that omop.py makes beforehand, so that no query ever scans the vocabulary.
Source: https://ohdsi.github.io/CommonDataModel/cdm54.html.
"""

# ruff: noqa: S608  this file makes SQL; names come from the tables below, paths are quoted
from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from trialwright.duck import quoted
from trialwright.patients.meds import ORDER


class Relation(NamedTuple):
    """A table of the source: what stands behind FROM, and the columns by their name in small letters."""

    sql: str
    columns: Mapping[str, str]
    kinds: Mapping[str, str]

    def __contains__(self, column: object) -> bool:
        return column in self.columns


class Event(NamedTuple):
    """A table of events: its concepts, when they begin and end, and whether they have results."""

    table: str
    concept: str
    source: str
    start: tuple[str, str]
    end: tuple[str, str] | None = None
    has_value: bool = False


EVENTS = (
    Event(
        "condition_occurrence", "condition_concept_id", "condition_source_concept_id",
        ("condition_start_datetime", "condition_start_date"),
        ("condition_end_datetime", "condition_end_date"),
    ),
    Event(
        "drug_exposure", "drug_concept_id", "drug_source_concept_id",
        ("drug_exposure_start_datetime", "drug_exposure_start_date"),
        ("drug_exposure_end_datetime", "drug_exposure_end_date"),
    ),
    Event(
        "procedure_occurrence", "procedure_concept_id", "procedure_source_concept_id",
        ("procedure_datetime", "procedure_date"), ("procedure_end_datetime", "procedure_end_date"),
    ),
    Event(
        "device_exposure", "device_concept_id", "device_source_concept_id",
        ("device_exposure_start_datetime", "device_exposure_start_date"),
        ("device_exposure_end_datetime", "device_exposure_end_date"),
    ),
    Event(
        "measurement", "measurement_concept_id", "measurement_source_concept_id",
        ("measurement_datetime", "measurement_date"), None, True,
    ),
    Event(
        "observation", "observation_concept_id", "observation_source_concept_id",
        ("observation_datetime", "observation_date"), None, True,
    ),
)  # fmt: skip
_VALUES = (
    "value_as_number", "value_as_string", "value_as_concept_id", "value_source_value", "operator_concept_id",
    "unit_concept_id", "unit_source_value", "range_low", "range_high",
)  # fmt: skip
PERSON = (
    "person_id",
    "gender_concept_id",
    "year_of_birth",
    "month_of_birth",
    "day_of_birth",
    "birth_datetime",
)
DEATH = ("person_id", "death_datetime", "death_date")
CONCEPT = ("concept_id", "concept_name", "vocabulary_id", "concept_code")
# What drugs are made of: the drug, what may be an ingredient, and whether it surely is one.
DRUG_PARTS = {
    "drug_strength": ("drug_concept_id", "ingredient_concept_id", True),
    "concept_ancestor": ("descendant_concept_id", "ancestor_concept_id", False),
}
# The concepts of the comparators, and the one that says nothing (=).
_OPERATORS = {4171756: "<", 4171754: "<=", 4172704: ">", 4171755: ">="}
_EQUAL = 4172703
_OFFSET = r"(Z|z|[+-][0-9]{2}(:?[0-9]{2}(:?[0-9]{2})?)?)$"
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")


def columns_of(event: Event) -> tuple[str, ...]:
    """The columns of a table of events that are read."""
    values = _VALUES if event.has_value else ()
    return ("person_id", event.concept, event.source, *event.start, *(event.end or ()), *values)


# Every table that is read, with the columns that are.
TABLES: dict[str, tuple[str, ...]] = {
    "person": PERSON,
    "concept": (*CONCEPT, "concept_class_id"),
    **{table: columns[:2] for table, columns in DRUG_PARTS.items()},
    "death": DEATH,
    **{event.table: columns_of(event) for event in EVENTS},
}
TIMES = frozenset(
    name for names in TABLES.values() for name in names if name.endswith(("_date", "_datetime"))
)


class Reading(NamedTuple):
    """What all queries share: the zone of times that carry one, whether ids are numbers, the small tables.

    `pairs` explains the concept and source concept of events by table; `names` a unit or an answer by its id.
    """

    zone: str
    number: bool
    pairs: str = ""
    names: str = ""


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def whole(relation: Relation, column: str) -> str:
    """A concept id or a part of a date as an integer; null where the column is missing."""
    if column not in relation:
        return "CAST(NULL AS BIGINT)"
    name = f"t.{_name(relation.columns[column])}"
    return name if relation.kinds[column] in _WHOLE else f"TRY_CAST({name} AS BIGINT)"


def number(relation: Relation, column: str) -> str:
    """A number; null where there is none that is finite."""
    if column not in relation:
        return "CAST(NULL AS DOUBLE)"
    value = f"TRY_CAST(t.{_name(relation.columns[column])} AS DOUBLE)"
    return f"CASE WHEN isfinite({value}) THEN {value} END"


def words(relation: Relation, column: str) -> str:
    """A text without outer blanks; null where it is empty."""
    if column not in relation:
        return "CAST(NULL AS VARCHAR)"
    return f"nullif(trim(CAST(t.{_name(relation.columns[column])} AS VARCHAR)), '')"


def moment(relation: Relation, column: str, zone: str) -> str:
    """A time as its wall clock; null where there is none that can be read."""
    if column not in relation:
        return "CAST(NULL AS TIMESTAMP)"
    name, kind = f"t.{_name(relation.columns[column])}", relation.kinds[column]
    if kind == "TIMESTAMP WITH TIME ZONE":
        value = f"timezone({quoted(zone)}, {name})"
    elif kind.startswith("TIMESTAMP") or kind == "DATE":
        value = f"CAST({name} AS TIMESTAMP)"
    elif kind == "VARCHAR":
        text = f"trim({name})"
        bare = f"trim(regexp_replace({text}, '{_OFFSET}', ''))"
        clock = f"CASE WHEN length({text}) > 10 THEN {bare} ELSE {text} END"
        value = (
            f"CASE WHEN regexp_full_match({text}, '[0-9]{{8}}') "
            f"THEN CAST(try_strptime({text}, '%Y%m%d') AS TIMESTAMP) ELSE TRY_CAST({clock} AS TIMESTAMP) END"
        )
    else:
        return "CAST(NULL AS TIMESTAMP)"
    return f"CASE WHEN isfinite({value}) THEN {value} END"


def subject(relation: Relation, reading: Reading) -> str:
    """The person of a row; null where there is none."""
    if not reading.number:
        return words(relation, "person_id")
    return whole(relation, "person_id")


def is_bad_time(relation: Relation, columns: tuple[str, ...], zone: str) -> str:
    """Whether one of the times is there and cannot be read."""
    given = [
        f"({words(relation, c)} IS NOT NULL AND {moment(relation, c, zone)} IS NULL)"
        for c in columns
        if c in relation and not relation.kinds[c].startswith(("TIMESTAMP", "DATE"))
    ]
    return " OR ".join(given) or "FALSE"


def _time(relation: Relation, columns: tuple[str, str], zone: str) -> str:
    return f"coalesce({moment(relation, columns[0], zone)}, {moment(relation, columns[1], zone)})"


def _row(**cells: str) -> str:
    """The cells of a row in the order of the table; what is not given is null."""
    blank = {
        "time": "TIMESTAMP", "code": "VARCHAR", "numeric_value": "DOUBLE", "text_value": "VARCHAR",
        "unit": "VARCHAR", "end_time": "TIMESTAMP", "ref_low": "DOUBLE", "ref_high": "DOUBLE",
    }  # fmt: skip
    return ", ".join(f"{cells.get(name, f'CAST(NULL AS {blank.get(name)})')} AS {name}" for name in ORDER)


def birth_query(relation: Relation, reading: Reading) -> str:
    """Births; a person without one keeps a row that says nothing.

    The parts of the date say what is known: a birth_datetime on the first of a month or year whose month or
    day is empty is as exact as the parts are. Only numbers that make a date are parts.
    """
    at = moment(relation, "birth_datetime", reading.zone)
    year, month, day = (whole(relation, f"{part}_of_birth") for part in ("year", "month", "day"))
    has_month, has_day = "month_of_birth" in relation, "day_of_birth" in relation
    inner = (
        f"SELECT {subject(relation, reading)} AS s, {at} AS given, {year} AS y, {month} AS m, {day} AS d "
        f"FROM {relation.sql} AS t"
    )
    vague_year = "m IS NULL AND d IS NULL AND month(given) = 1 AND day(given) = 1" if has_month else "FALSE"
    vague_month = (
        "m IS NOT NULL AND d IS NULL AND m = month(given) AND day(given) = 1" if has_day else "FALSE"
    )
    known = "y BETWEEN 1 AND 9999"
    full = "TRY_CAST(printf('%04d-%02d-%02d', y, coalesce(m, 1), coalesce(d, 1)) AS TIMESTAMP)"
    time = f"CASE WHEN given IS NOT NULL THEN given WHEN {known} THEN {full} END"
    same = "given IS NOT NULL AND y = year(given)"
    text = (
        f"CASE WHEN {same} AND {vague_year} THEN strftime(given, '%Y') "
        f"WHEN {same} AND {vague_month} THEN strftime(given, '%Y-%m') "
        "WHEN given IS NOT NULL THEN NULL "
        f"WHEN {known} AND m IS NULL THEN printf('%04d', y) "
        f"WHEN {known} AND d IS NULL AND m BETWEEN 1 AND 12 THEN printf('%04d-%02d', y, m) END"
    )
    row = _row(
        subject_id="s",
        time="born",
        code="CASE WHEN born IS NOT NULL THEN 'MEDS_BIRTH' END",
        text_value="told",
    )
    return f"SELECT {row} FROM (SELECT s, {time} AS born, {text} AS told FROM ({inner})) WHERE s IS NOT NULL"


def sex_query(relation: Relation, reading: Reading) -> str:
    """Sex, of the two concepts that the CDM has for it."""
    gender = whole(relation, "gender_concept_id")
    code = f"CASE {gender} WHEN 8507 THEN 'SEX//M' ELSE 'SEX//F' END"
    who = subject(relation, reading)
    return (
        f"SELECT {_row(subject_id=who, code=code)} FROM {relation.sql} AS t "
        f"WHERE {gender} IN (8507, 8532) AND {who} IS NOT NULL"
    )


def death_query(relation: Relation, reading: Reading) -> str:
    """Deaths."""
    time = _time(relation, ("death_datetime", "death_date"), reading.zone)
    who = subject(relation, reading)
    return (
        f"SELECT {_row(subject_id=who, time=time, code=quoted('MEDS_DEATH'))} FROM {relation.sql} AS t "
        f"WHERE {who} IS NOT NULL"
    )


def event_query(event: Event, relation: Relation, reading: Reading) -> str:
    """The rows of a table of events, under the codes that `pairs` has for their concepts."""
    who = subject(relation, reading)
    cells = {"subject_id": who, "time": _time(relation, event.start, reading.zone), "code": "p.code"}
    joins = ""
    if event.end is not None:
        cells["end_time"] = _time(relation, event.end, reading.zone)
    if event.has_value:
        cells |= _values(relation)
        joins = (
            f" LEFT JOIN {reading.names} AS u ON u.id = {whole(relation, 'unit_concept_id')}"
            f" LEFT JOIN {reading.names} AS v ON v.id = {whole(relation, 'value_as_concept_id')}"
        )
    return (
        f"SELECT {_row(**cells)} FROM {relation.sql} AS t JOIN "
        f"(SELECT * FROM {reading.pairs} WHERE place = {quoted(event.table)}) AS p "
        f"ON p.standard = coalesce({whole(relation, event.concept)}, 0) "
        f"AND p.source = coalesce({whole(relation, event.source)}, 0){joins} WHERE {who} IS NOT NULL"
    )


def _values(relation: Relation) -> dict[str, str]:
    """Number, text, unit and range of a result.

    With a comparator the number goes into the text; one that is not known makes a text that cannot be read,
    as does a number that is none.
    """
    value, operator = number(relation, "value_as_number"), whole(relation, "operator_concept_id")
    signs = " ".join(f"WHEN {concept} THEN '{sign}'" for concept, sign in _OPERATORS.items())
    plain = f"coalesce({operator}, 0) IN (0, {_EQUAL})"
    shown = f"regexp_replace(CAST({value} AS VARCHAR), '\\.0$', '')"
    signed = f"CASE {operator} {signs} ELSE 'operator ' || CAST({operator} AS VARCHAR) || ' ' END || {shown}"
    unread = "NULL"
    if relation.kinds.get("value_as_number") == "VARCHAR":
        written = words(relation, "value_as_number")
        unread = f"CASE WHEN lower({written}) <> 'nan' THEN {written} END"
    others = (
        f"coalesce({unread}, {words(relation, 'value_as_string')}, v.name, "
        f"{words(relation, 'value_source_value')})"
    )
    return {
        "numeric_value": f"CASE WHEN {plain} THEN {value} END",
        "text_value": f"CASE WHEN {value} IS NULL THEN {others} WHEN {plain} THEN "
        f"{words(relation, 'value_as_string')} ELSE {signed} END",
        "unit": f"coalesce(u.unit, {words(relation, 'unit_source_value')})",
        "ref_low": number(relation, "range_low"),
        "ref_high": number(relation, "range_high"),
    }


def answer_ids(event: Event, relation: Relation) -> list[str]:
    """The columns of a table that hold units and answers as concepts."""
    wanted = ("unit_concept_id", "value_as_concept_id") if event.has_value else ()
    return [column for column in wanted if column in relation]
