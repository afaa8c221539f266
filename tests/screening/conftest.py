"""Every spec test of screening runs on both engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trialwright.model import expression as ex

from .building import criterion, run, study, table_of, verdicts
from .vocabulary import VOCABULARY


@pytest.fixture(params=["reference", "duckdb"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ask(tmp_path: Path, engine: str) -> Callable[..., dict[Any, str]]:
    """The answers of one criterion for the people of a small table."""

    def answer(expr: ex.Expr, table: str, *, kind: str = "inclusion", **more: Any) -> dict[Any, str]:
        made = study(criterion(expr, kind=kind))
        return verdicts(run(tmp_path, made, table_of(table), engine, VOCABULARY, **more))

    return answer
