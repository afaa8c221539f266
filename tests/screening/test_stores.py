"""What a store must keep to besides the verdicts: nothing stays, nothing is told, nothing is too large."""

from __future__ import annotations

import builtins
from pathlib import Path
from random import Random
from typing import Any

import pytest

from trialwright.errors import EngineError, MissingExtra
from trialwright.model import expression as ex
from trialwright.screening import streamed
from trialwright.screening.dialect import translate

from .building import between, concept, criterion, run, run_now, study, table_of
from .test_agreement import make_world
from .vocabulary import VOCABULARY

INR = ex.Measurement(concept=concept(VOCABULARY, "INR"), interval=between("1"))
ONE = "subject_id | time | code | numeric_value\n1 | 2024-08-20 | LOINC:6301-6 | 1.5"


def test_a_deep_tree_is_answered(tmp_path: Path, engine: str) -> None:
    tree: ex.Expr = INR
    for _ in range(20):
        tree = ex.Not(of=ex.AllOf(of=(tree, INR)))
    done = run(tmp_path, study(criterion(tree)), table_of(ONE), engine, VOCABULARY)
    assert {row.verdict for row in done if row.criterion} == {"met"}


def test_studies_that_are_too_much_for_one_table_are_asked_in_turn(
    postgres: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed, "MOST_ATOMS", 8)
    make_world(Random(41), people=12, studies=4).check("postgres")


def test_a_study_with_very_many_criteria_is_counted(tmp_path: Path, postgres: None) -> None:
    many = study(*(criterion(INR, f"I{i}") for i in range(230)))
    one, other = (
        run_now(tmp_path, many, table_of(ONE), engine, VOCABULARY) for engine in ("reference", "postgres")
    )
    assert other.summary == one.summary
    assert list(other) == list(one)


def test_nothing_stays_in_the_database(tmp_path: Path, postgres: None) -> None:
    import psycopg

    done = run_now(tmp_path, study(criterion(INR)), table_of(ONE), "postgres", VOCABULARY)
    assert len(list(done)) == 2
    seen = "SELECT count(*) FROM pg_class WHERE relname IN ('patients', 'people', 'evidence')"
    del done
    with psycopg.connect("") as connection:
        assert connection.execute(seen).fetchone() == (0,)


def test_a_text_that_postgres_cannot_keep_is_told_without_it(tmp_path: Path, postgres: None) -> None:
    rows = [{"subject_id": 1, "code": "LOINC:6301-6", "text_value": "secret\x00word"}]
    with pytest.raises(EngineError, match="NUL") as told:
        run_now(tmp_path, study(criterion(INR)), rows, "postgres", VOCABULARY)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("engine", "package"), [("postgres", "psycopg"), ("postgres", "sqlglot"), ("spark", "pyspark")]
)
def test_an_engine_that_is_not_installed_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: Any, engine: str, package: str
) -> None:
    if package == "sqlglot":
        request.getfixturevalue("postgres")
    genuine = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name.split(".")[0] == package:
            raise ImportError(name)
        return genuine(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=rf"trialwright\[{engine}\]"):
        run_now(tmp_path, study(criterion(INR)), table_of(ONE), engine, VOCABULARY)


def test_queries_are_translated() -> None:
    query = "SELECT a >> 3 AS b, CAST(c AS TINYINT) FROM t ORDER BY a"
    assert (
        translate(query, "spark")
        == "SELECT SHIFTRIGHT(a, 3) AS b, CAST(c AS TINYINT) FROM t ORDER BY a NULLS LAST"
    )
    assert translate(query, "postgres") == "SELECT a >> 3 AS b, CAST(c AS SMALLINT) FROM t ORDER BY a"
