"""The block of inclusion and exclusion criteria: where it begins and ends, and the ages it names.

Takes the lines of a page around its criteria, states the block exactly as it stands, headings
included, so that the places of criteria in it are places in the document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trialwright.formats.draft import Draft
from trialwright.formats.lines import Line, is_furniture
from trialwright.formats.values import age_unit, state_text

HEADING = re.compile(
    r"(?:[#*•\-\s]*)(?:key |main |major |general |principal |patient |study |the )?(?P<kind>inclusion|"
    r"exclusion|eligibility)"
    r"(?:\s*(?:/|and|&)\s*exclusion)?\s*(?:criteria|criterion)?(?: for [^:：]{1,60})?\s*[:：]?[*\s]*|"
    r"(?P<zh>入选标准|纳入标准|入组标准|排除标准|入选和排除标准)\s*[:：]?",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:key |main |major )?(?:inclusion|exclusion|eligibility)\s+(?:criteria|criterion)\s*[:：]\s*\S|"
    r"(?:入选标准|纳入标准|入组标准|排除标准)\s*[:：]\s*\S",
    re.IGNORECASE,
)
# An item that says nothing but an age: "Aged 18-65 years", "Patients aged 18 to 70;".
_AGE_ITEM = re.compile(
    r"(?:[\-*•·]|\d{1,2}[.)])?\s*(?:adult |male |female |men |women |males |females |and |or |both )*"
    r"(?:patients?|participants?|subjects?|volunteers?|adults|individuals)?\s*(?:are |who are |must be |"
    r"with )?"
    r"(?:an )?(?:aged?|ages|age range|年龄)\s*(?:of |is |from |between |range |[:：]|为)*\s*"
    r"(?P<low>\d{1,3})\s*(?:years?|yrs?|y|岁)?\s*(?:-|–|—|~|～|至|to|and|through)\s*(?P<high>\d{1,3})\s*"
    r"(?P<unit>years?|yrs?|y|months?|weeks?|days?|周岁|岁)?\s*(?:old|of age)?\s*(?:\(inclusive\)|"
    r",? inclusive)?\s*[.;,。;；]?",
    re.IGNORECASE,
)


def heading_kind(line: Line) -> str | None:
    """`inclusion`, `exclusion` or `eligibility` where the whole line is such a heading."""
    if len(line.text) > 120:
        return None
    match = HEADING.fullmatch(line.text)
    if match is None:
        return None
    if match["zh"]:
        return "exclusion" if match["zh"] == "排除标准" else "inclusion"
    return match["kind"].lower()


def begins_criteria(line: Line) -> bool:
    """Whether the criteria begin on this line: with a heading alone, or with the first of them behind it."""
    return heading_kind(line) is not None or _OPENING.match(line.text) is not None


def state_eligibility(draft: Draft, lines: Sequence[Line]) -> None:
    """State the whole block, trimmed of page furniture, and the ages where an item says only them."""
    block = list(lines)
    while block and is_furniture(block[-1]):
        block.pop()
    while block and is_furniture(block[0]):
        block.pop(0)
    if not block:
        return
    state_text(draft, "eligibility.text", block)
    if draft.holds("eligibility.text"):
        _state_item_ages(draft, block)


def _state_item_ages(draft: Draft, lines: Sequence[Line]) -> None:
    """Ages inside the inclusion criteria, where the page has no line of its own for them."""
    if draft.holds("eligibility.minimum_age") or draft.holds("eligibility.maximum_age"):
        return
    for line in lines:
        if heading_kind(line) == "exclusion":
            return
        match = _AGE_ITEM.fullmatch(line.text) if len(line.text) < 160 else None
        if match and int(match["low"]) < int(match["high"]):
            unit = age_unit(match["unit"]) or "a"
            for side, group in (("minimum", "low"), ("maximum", "high")):
                span = (line.start + match.start(group), line.start + match.end(group))
                draft.state(f"eligibility.{side}_age", {"value": match[group], "unit": unit}, span, 0.9)
            return
