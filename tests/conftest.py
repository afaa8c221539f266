"""What the tests share: the shipped examples, and the development data where it is there."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.servers import lacking_postgres, lacking_spark, running_postgres, running_spark

# The same examples on every machine, and no verdict by the clock: a busy machine is no defect.
settings.register_profile(
    "same-everywhere", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same-everywhere")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that asks Spark goes to one worker, so that one session is started and not two."""
    for item in items:
        if "spark" in getattr(item, "fixturenames", ()) or "[spark" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("spark"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def records() -> Path:
    """The shipped example records."""
    return ROOT / "examples" / "records"


@pytest.fixture(scope="session")
def people() -> Path:
    """The shipped table of made-up people."""
    return ROOT / "examples" / "people.csv.gz"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of development data; tests that need it skip when it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the development data in ../shared, which is not here")
    return SHARED


@pytest.fixture(scope="session")
def postgres() -> Iterator[None]:
    """A PostgreSQL server for the tests, which libpq finds by its own variables."""
    lacking = lacking_postgres()
    if lacking:
        pytest.skip(lacking)
    with running_postgres() as variables:
        before = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)
        yield
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


@pytest.fixture(scope="session")
def spark() -> Iterator[None]:
    """A local Spark session for the tests, which screening finds active."""
    lacking = lacking_spark()
    if lacking:
        pytest.skip(lacking)
    with running_spark():
        yield
