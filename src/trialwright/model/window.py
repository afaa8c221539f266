"""Time windows around an anchor, closed at both ends, in calendar durations.

"Within 30 days prior to study entry" is from -P30D to P0D around enrollment.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from trialwright.errors import IllegalValue
from trialwright.model.concept import Concept
from trialwright.model.period import Period

Anchor = Literal["screening", "enrollment", "randomization", "treatment_start", "event"]


class Window(Struct, frozen=True, kw_only=True):
    """The dates from anchor + `from` to anchor + `to`; `from: null` has no beginning.

    `to: null` means the anchor itself, or no end where `from` lies behind the anchor. `status` tells
    what the text says from what was assumed.
    """

    anchor: Anchor = "screening"
    event: Concept | None = None
    from_: Period | None = msgspec.field(default=None, name="from")
    to: Period | None = None
    status: Literal["stated", "assumed"] = "stated"

    def __post_init__(self) -> None:
        """Refuse a window that ends before it starts, and an event without its name."""
        if self.from_ is not None and not self.open_ended:
            end = self.to or Period("P0D")
            if end.longest < self.from_.shortest:
                raise IllegalValue(f"window ends (to {end}) before it starts (from {self.from_})")
        if self.anchor == "event" and self.event is None:
            raise IllegalValue("window anchor is 'event', but event is null")

    @property
    def open_ended(self) -> bool:
        """Whether the window has no end: "more than 30 days after the transfer"."""
        return self.to is None and self.from_ is not None and self.from_.shortest > 0
