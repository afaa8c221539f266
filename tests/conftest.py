"""What the tests share: the development data beside the project, when it is there."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of development data; tests that need it skip when it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the development data in ../shared, which is not here")
    return SHARED
