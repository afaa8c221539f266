"""A phrase of an outline: a name with all that is said of it, while it is put together.

Takes nothing; `reading` fills it, `nodes` makes a node of it.
"""

from __future__ import annotations

from trialwright.compiling.criteria.line import Item
from trialwright.model.expression import Expr


class Phrase:
    """A name with what is said of it; `leading` where the denial stands before the name."""

    __slots__ = (
        "about", "aged", "arm", "borrowed", "bounds", "content", "durations", "expr", "groups", "hindered",
        "leading", "negated", "outcome", "pairs", "qualifiers", "select", "sex", "shared", "status", "verb",
        "washouts", "windows",
    )  # fmt: skip

    def __init__(self) -> None:
        self.content: list[Item] = []
        self.qualifiers: list[str] = []
        self.bounds: list[Item] = []
        self.pairs: list[Item] = []
        self.windows: list[Item] = []
        self.washouts: list[Item] = []
        self.durations: list[Item] = []
        self.groups: list[Item] = []
        self.status: str | None = None
        self.verb: str | None = None
        self.outcome: str | None = None
        self.select = "latest"
        self.negated = self.leading = False
        # Its name is that of the phrase before it; something is said of it elsewhere; it speaks of ages.
        self.borrowed = self.shared = self.aged = False
        # Something keeps the person from it.
        self.hindered = False
        # What only a person can answer, with the kind of attestation.
        self.about: str | None = None
        self.expr: Expr | None = None
        # Whose sex it is; the sex for which alone its value holds.
        self.sex: Item | None = None
        self.arm: Item | None = None

    @property
    def timed(self) -> bool:
        """Whether a number or a time is said of it."""
        return bool(self.bounds or self.pairs or self.windows or self.durations or self.washouts)

    @property
    def empty(self) -> bool:
        """Whether nothing was said that could be asked."""
        return not (self.content or self.timed or self.expr or self.sex or self.groups)

    @property
    def bare(self) -> bool:
        """Whether it is a short name, with nothing said of it."""
        return len(self.content) < 4 and not (
            self.bounds or self.pairs or self.verb or self.negated or self.expr
        )
