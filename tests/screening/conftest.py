"""Every spec test of screening runs on every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from trialwright import verbs
from trialwright.model import expression as ex
from trialwright.model.study import Study
from trialwright.screening import ENGINES

from . import later
from .building import criterion, run, study, table_of, verdicts
from .vocabulary import VOCABULARY


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if name == "postgres":
        request.getfixturevalue("postgres")
    elif name == "spark":
        request.getfixturevalue("spark_at_the_end")
    return name


@pytest.fixture(scope="module")
def spark_at_the_end(spark: None) -> Iterator[None]:
    """Spark answers what the tests of a module have put by, when they are done."""
    later.CASES.clear()
    yield
    later.check()


@pytest.fixture
def ask(tmp_path: Path, engine: str) -> Callable[..., dict[Any, str]]:
    """The answers of one criterion for the people of a small table."""

    def answer(expr: ex.Expr, table: str, *, kind: str = "inclusion", **more: Any) -> dict[Any, str]:
        made = study(criterion(expr, kind=kind))
        return verdicts(run(tmp_path, made, table_of(table), engine, VOCABULARY, **more))

    return answer


@pytest.fixture(scope="session")
def examples(root: Path) -> list[Study]:
    linked = verbs.link([str(root / "examples" / "records")])
    return [verbs.compile_study(study) for study in linked.studies]
