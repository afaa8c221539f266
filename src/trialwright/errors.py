"""Every error that trialwright raises on purpose, in one tree.

An error is a sentence for the user: what is wrong, where, and what to do about it.

    TrialwrightError
    ├─ UsageError            the command was called in a way that cannot work
    ├─ ReadError             a document cannot be read
    │  └─ UnknownFormat      no reader recognises the bytes
    ├─ IllegalValue          a value of the model that cannot exist
    ├─ PatientsError         a table of people cannot be used
    ├─ EngineError           a screening engine cannot do what it was asked
    ├─ OutputError           a result cannot be written
    └─ MissingExtra          a package that only an extra installs is not there

Text that cannot be parsed, a missing value, a unit that cannot be converted are no errors:
they are notes on the study and `unknown` in the verdict.
"""

from __future__ import annotations


class TrialwrightError(Exception):
    """An error raised on purpose; `where` says in which file or field, `cure` what to do."""

    exit_status = 3

    def __init__(self, message: str, *, where: str | None = None, cure: str | None = None) -> None:
        self.message = message
        self.where = where
        self.cure = cure
        super().__init__(message)

    def __str__(self) -> str:
        """The whole sentence: where, what, and the cure."""
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}; {self.cure}" if self.cure else text


class UsageError(TrialwrightError):
    """The command was called in a way that cannot work."""

    exit_status = 2


class ReadError(TrialwrightError):
    """A document cannot be read."""


class UnknownFormat(ReadError):
    """No reader recognises the bytes."""


class IllegalValue(TrialwrightError, ValueError):
    """A value of the model that cannot exist, such as an interval that ends before it begins."""


class PatientsError(TrialwrightError):
    """A table of people cannot be used; the message never holds a person's data."""


class EngineError(TrialwrightError):
    """A screening engine cannot do what it was asked."""


class OutputError(TrialwrightError):
    """A result cannot be written where it was asked for."""


class MissingExtra(TrialwrightError):
    """A package that only an extra installs is not there."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"the package {package} is not installed",
            cure=f"install it with: pip install 'trialwright[{extra}]'",
        )
