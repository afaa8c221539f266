"""trialwright reads a clinical trial as it was written and makes it run.

The verbs are functions of this package: `read`, `link`, `compile`, `screen`, `match`, `report`.
"""

from typing import Any

__version__ = "0.1.0"

__all__ = ["TrialwrightError", "compile", "link", "match", "read", "report", "screen"]


def __getattr__(name: str) -> Any:
    # The verbs are fetched when they are asked for, so that importing the package stays light.
    if name == "TrialwrightError":
        from trialwright.errors import TrialwrightError

        return TrialwrightError
    if name in __all__:
        from trialwright import verbs

        return getattr(verbs, name)
    raise AttributeError(f"module 'trialwright' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
