"""One labelled value of a page, read into statements: the words under "Status", "Ages", "Phase", ...

Takes the draft of a record and the lines under a label; every page reader shares these, whatever
its labels look like. Words that no list knows become a note and an absence, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from trialwright.formats.draft import Draft
from trialwright.formats.lines import Line, extent
from trialwright.language import calendar as dates
from trialwright.language import enumerations as lists
from trialwright.language.identifiers import classify, find_identifiers, is_junk, is_registry_scheme
from trialwright.model.source import Absence

Lines = Sequence[Line]

# Page sites and converters escape Markdown signs: \[ and \> stand for [ and >.
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>~|&])")
_COUNT = re.compile(r"\d{1,3}(?:[,  ]\d{3})+(?!\d)|\d+")
_AGE_UNITS = {
    "y": "a",
    "mo": "mo",
    "w": "wk",
    "d": "d",
    "h": "h",
    "min": "min",
    "岁": "a",
    "周岁": "a",
    "月": "mo",
    "周": "wk",
    "天": "d",
}
_UNIT = (
    r"(?:years?|yrs?|y\b|months?|mos?\b|weeks?|wks?|days?|d\b|hours?|hrs?|h\b|minutes?|mins?\b|周岁|岁|"
    r"个?月|周|天)"
)
_AGE = re.compile(rf"(?P<number>\d{{1,4}}(?:\.\d+)?)\s*\+?\s*\(?(?P<unit>{_UNIT})?", re.IGNORECASE)
_NO_LIMIT = re.compile(
    r"(?:(?:there is )?no|without(?: an?)?)\s*(?P<side>upper|lower|maximum|minimum)?\s*"
    r"(?:age)?\s*limit|no (?P<named>maximum|minimum|upper|lower)(?: age)?|(?P<upper>无上限|无年龄上限)|"
    r"(?P<lower>无下限)|不限",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"(?P<low>\d{{1,3}})\s*\+?\s*(?P<unit1>[a-z]+|{_UNIT})?\.?(?:\s*old)?\s*(?:-|–|—|~|～|至|到|to|through|"
    rf"and(?:\s+up\s+to)?|up\s+to)\s*[<≤]?\s*(?P<high>\d{{1,3}})\s*(?P<unit2>[a-z]+|{_UNIT})?",
    re.IGNORECASE,
)
# Words before an age, and behind it, that make it the highest or the lowest.
_HIGHEST_BEFORE = re.compile(
    r"\b(?:to|under|below|until|younger than|less than|max(?:imum)?)\b[^\d]{0,20}$|[<≤][^\d]{0,5}$",
    re.IGNORECASE,
)
_HIGHEST_AFTER = re.compile(
    r"[^\d,;]{0,12}(?:\b(?:or|and) (?:younger|under|below|less)\b|以下|以内)", re.IGNORECASE
)
_LOWEST_AFTER = re.compile(
    r"\s*\+|[^\d,;]{0,12}(?:\b(?:or|and) (?:older|over|above|more|up)\b|以上)", re.IGNORECASE
)
_SIZE = re.compile(r"(?P<name>[^\s:：;；][^:：;；\n]{0,100}?)\s*[:：]\s*(?P<size>\d{1,7})(?=\s*(?:[;；]|$))")
_SIZES = re.compile(r"(?:\s*[^\s:：;；][^:：;；\n]{0,100}[:：]\s*\d{1,7}\s*(?:[;；]|$)){1,40}")
# Counts of samples or of all groups together are no arms.
_NO_ARM = re.compile(r"condition|groups\b|sample|total|standard|test\b", re.IGNORECASE)
# No trial has more conditions, sponsors or interventions than this; longer lists are no lists.
_LONGEST_LIST = 300
_IDENTIFIER_TYPE = re.compile(r"\s*\(([^()]{2,60})\)\s*$")


def unescape(words: str) -> str:
    """The words without the backslashes that Markdown needs."""
    return _ESCAPED.sub(r"\1", words)


def state_text(draft: Draft, field: str, lines: Lines) -> None:
    """A text of one or more lines, exactly as it stands; "Not available" is an absence."""
    if lines and not _lacks(draft, field, lines):
        start, end = extent(lines)
        draft.state(field, draft.text[start:end], (start, end))


def state_enum(draft: Draft, field: str, lines: Lines, read: Callable[[str], str | None]) -> None:
    """A value of a closed list."""
    if not lines or _lacks(draft, field, lines):
        return
    line = lines[0]
    value = read(line.text)
    if value is None:
        draft.lack(field, "unparsable")
        draft.note("unknown_words", f"no value of {field} means {line.text[:80]!r}", (line.start, line.end))
    else:
        draft.state(field, value, (line.start, line.end))


def state_status(draft: Draft, lines: Lines) -> None:
    """The recruitment status."""
    state_enum(draft, "overall_status", lines, lists.read_status)


def state_sex(draft: Draft, lines: Lines) -> None:
    """Whom the trial takes."""
    state_enum(draft, "eligibility.sex", lines, lists.read_sex)


def state_study_type(draft: Draft, lines: Lines) -> None:
    """Interventional, observational or expanded access."""
    state_enum(draft, "study_type", lines, lists.read_study_type)


def state_allocation(draft: Draft, lines: Lines) -> None:
    """How people come into arms."""
    if lines and lists.is_not_applicable(lines[0].text):
        draft.state("design.allocation", "NA", (lines[0].start, lines[0].end))
    else:
        state_enum(draft, "design.allocation", lines, lists.read_allocation)


def state_model(draft: Draft, lines: Lines) -> None:
    """How arms follow on one another."""
    state_enum(draft, "design.intervention_model", lines, lists.read_model)


def state_purpose(draft: Draft, lines: Lines) -> None:
    """What the trial is for."""
    state_enum(draft, "design.primary_purpose", lines, lists.read_purpose)


def state_masking(draft: Draft, lines: Lines) -> None:
    """How many roles are masked, and which."""
    if not lines or _lacks(draft, "design.masking", lines):
        return
    start, end = extent(lines)
    found = lists.read_masking(draft.text[start:end])
    if found is None:
        state_enum(draft, "design.masking", lines, lambda _: None)
        return
    draft.state("design.masking", found[0], (start, end))
    if found[1]:
        draft.state("design.who_masked", list(found[1]), (start, end))


def state_phases(draft: Draft, lines: Lines) -> None:
    """The set of phases, also where each stands on its own line."""
    if not lines or _lacks(draft, "phases", lines, not_applicable="not_applicable"):
        return
    start, end = extent(lines)
    words = draft.text[start:end]
    phases = lists.read_phases(re.sub(r"\s*[\r\n]+\s*", "/", words))
    if phases is None:
        state_enum(draft, "phases", lines, lambda _: None)
        return
    draft.state("phases", list(phases), (start, end))
    if lists.has_phase_letter(words):
        draft.note(
            "phase_letter", f"the letter in {words!r} has no place in the list of phases", (start, end)
        )


def state_enrollment(draft: Draft, lines: Lines, kind: str) -> None:
    """The number of people, `planned` or `actual`; 0 and 99999999 say that nobody knows it."""
    field = f"enrollment.{kind}"
    if not lines or _lacks(draft, field, lines):
        return
    line = lines[0]
    if _state_sizes(draft, field, line):
        return
    match = _COUNT.search(line.text)
    if match is None:
        state_enum(draft, field, lines, lambda _: None)
        return
    number = int(re.sub(r"\D", "", match.group())[:12])
    span = (line.start + match.start(), line.start + match.end())
    if (number == 0 and "WITHDRAWN" not in draft.values("overall_status")) or number >= 99_999_999:
        draft.lack(field, "sentinel")
        draft.note("sentinel", f"{match.group()} people means that the number is not known", span)
    else:
        draft.state(field, number, span)


def _state_sizes(draft: Draft, field: str, line: Line) -> bool:
    """Sizes by group, "Treated group:30;Control group:28;": their sum, and the groups as arms."""
    if len(line.text) > 2000 or not _SIZES.fullmatch(line.text):
        return False
    groups = list(_SIZE.finditer(line.text))
    total = sum(int(group["size"]) for group in groups)
    if not total:
        return False
    draft.state(field, total, (line.start + groups[0].start("size"), line.start + groups[-1].end("size")))
    if len(groups) < 2:
        return True
    span = (line.start, line.end)
    draft.note("summed", f"{total} is the sum of the groups {line.text.rstrip(';；')[:200]!r}", span)
    if not draft.holds("arms") and not any(_NO_ARM.search(group["name"]) for group in groups):
        for position, group in enumerate(groups):
            arm = f"arms[{position}]"
            place = (line.start + group.start("name"), line.start + group.end("name"))
            draft.state(f"{arm}.label", group["name"], place)
            size = (line.start + group.start("size"), line.start + group.end("size"))
            draft.state(f"{arm}.size", int(group["size"]), size)
    return True


def state_date(
    draft: Draft, field: str, lines: Lines, *, imputes: bool = False, kind: str | None = None
) -> None:
    """A date with its precision; `imputes` says that the site completes months to their first day.

    `kind` is what the label says, ACTUAL or ESTIMATED, where the words of the date do not.
    """
    if not lines or _lacks(draft, field, lines):
        return
    line = lines[0]
    span = (line.start, line.end)
    if dates.is_sentinel_date(line.text):
        draft.lack(field, "sentinel")
        draft.note("sentinel", f"{line.text} is what programs write for no date", span)
        return
    date = dates.read_date(line.text)
    if date is None:
        draft.lack(field, "unparsable")
        draft.note("unclear_date", f"{line.text[:60]!r} is no date that can be read one way only", span)
        return
    draft.state(field, {"value": date.value, "precision": date.precision, "kind": date.kind or kind}, span)
    if imputes and date.precision == "day" and date.value.endswith("-01"):
        draft.note(
            "day_may_be_imputed",
            f"{field}: sites of this kind write the first of the month where only the month is known",
            span,
        )


def state_sponsor(draft: Draft, field: str, line: Line) -> None:
    """A sponsor, with the finding whether its name is that of a person."""
    if _lacks(draft, field, (line,)):
        return
    span = (line.start, line.end)
    draft.state_line(f"{field}.name", line)
    draft.state(f"{field}.person", lists.looks_like_person(line.text), span)


def state_collaborators(draft: Draft, lines: Lines) -> None:
    """The collaborators, one a line."""
    for line in lines[:_LONGEST_LIST]:
        state_sponsor(draft, f"collaborators[{draft.count('collaborators')}]", line)


def state_volunteers(draft: Draft, lines: Lines) -> None:
    """Whether healthy people may take part."""
    if lines and not _lacks(draft, "eligibility.healthy_volunteers", lines):
        answer = lists.read_yes_no(lines[0].text)
        if answer is not None:
            draft.state("eligibility.healthy_volunteers", answer, (lines[0].start, lines[0].end))


def state_ages(draft: Draft, lines: Lines) -> None:
    """Both limits of age from one line: "18 to 80 years old", "6+ months old", "Up to 17 years"."""
    if not lines or lists.is_unavailable(lines[0].text):
        return
    line = lines[0]
    free_of = set()
    for free in _NO_LIMIT.finditer(line.text[:500]):
        side = (free["side"] or free["named"] or "").casefold()
        if side or free["upper"] or free["lower"]:
            free_of.add("maximum" if side in ("upper", "maximum") or free["upper"] else "minimum")
    for side in free_of:
        draft.lack(f"eligibility.{side}_age", "not_applicable")
    # What says that there is no limit is no word about the other; the places stay what they are.
    words = _NO_LIMIT.sub(lambda free: " " * len(free.group()), line.text[:500])
    if found := _RANGE.search(words):
        unit = age_unit(found["unit2"]) or "a"
        _state_age(draft, "minimum", found["low"], age_unit(found["unit1"]) or unit, line, found.span("low"))
        _state_age(draft, "maximum", found["high"], unit, line, found.span("high"))
        return
    found = _AGE.search(words)
    if found is None:
        return
    number_end = found.end("number")
    if _LOWEST_AFTER.match(words, number_end) or _LOWEST_AFTER.match(words, found.end()):
        side = "minimum"
    elif _HIGHEST_BEFORE.search(words[: found.start()]) or _HIGHEST_AFTER.match(words, found.end()):
        side = "maximum"
    else:
        # Where one limit is said not to be, a lone age is the other.
        side = "maximum" if free_of == {"minimum"} else "minimum"
    _state_age(draft, side, found["number"], age_unit(found["unit"]) or "a", line, found.span())


def state_age(draft: Draft, lines: Lines, side: str) -> None:
    """One limit of age from a line of its own; "N/A" and "no limit" are no limit."""
    field = f"eligibility.{side}_age"
    if not lines or _lacks(draft, field, lines, not_applicable="not_applicable"):
        return
    line = lines[0]
    found = _AGE.search(line.text)
    if _NO_LIMIT.search(line.text) or (found and side == "maximum" and Decimal(found["number"]) == 0):
        draft.lack(field, "not_applicable")
    elif found is None or line.text.startswith("-2147483648"):
        draft.lack(field, "sentinel" if found else "unparsable")
    else:
        _state_age(draft, side, found["number"], age_unit(found["unit"]) or "a", line, found.span())


def age_unit(words: str | None) -> str | None:
    """The UCUM unit of an age, or None."""
    plain = (words or "").casefold()
    for beginning, unit in _AGE_UNITS.items():
        if plain.startswith(beginning) or plain == "个" + beginning:
            return unit
    return None


def _state_age(draft: Draft, side: str, number: str, unit: str, line: Line, place: tuple[int, int]) -> None:
    span = (line.start + place[0], line.start + place[1])
    draft.state(f"eligibility.{side}_age", {"value": number, "unit": unit}, span)


def state_names(draft: Draft, field: str, lines: Lines) -> None:
    """Conditions or keywords, one a line."""
    if lines and _lacks(draft, field, lines[:1]):
        return
    for line in lines[:_LONGEST_LIST]:
        draft.state_line(f"{field}[{draft.count(field)}]", line)


def state_interventions(draft: Draft, lines: Lines) -> None:
    """Interventions, one a line, each "Type: name" or a name alone."""
    if lines and _lacks(draft, "interventions", lines[:1]):
        return
    for line in lines[:_LONGEST_LIST]:
        kind, start = split_intervention(line)
        if (arm := _arm_before(draft, line)) is not None:
            start = line.end - len(line.text.partition(":")[2].lstrip())
            given = f"arms[{arm}].interventions[{draft.count(f'arms[{arm}].interventions')}]"
            draft.state(given, draft.text[start : line.end], (start, line.end))
        field = f"interventions[{draft.count('interventions')}]"
        draft.state(f"{field}.name", draft.text[start : line.end], (start, line.end))
        if kind:
            head = line.text.partition(":")[0]
            draft.state(f"{field}.type", kind, (line.start, line.start + len(head)))


def _arm_before(draft: Draft, line: Line) -> int | None:
    """The arm whose label stands before the colon: "Control group: saline"."""
    head, colon, tail = line.text.partition(":")
    if not colon or not tail.strip() or not draft.holds("arms"):
        return None
    labels = [str(label).casefold() for label in draft.values("arms.label")]
    return labels.index(head.strip().casefold()) if head.strip().casefold() in labels else None


def split_intervention(line: Line) -> tuple[str | None, int]:
    """The type before the colon, where there is one, and where the name begins."""
    head, colon, tail = line.text.partition(":")
    kind = lists.read_intervention_type(head) if colon else None
    if kind is None or not tail.strip():
        return None, line.start
    return kind, line.end - len(tail.lstrip())


def state_identifiers(draft: Draft, lines: Lines) -> None:
    """Identifiers, one a line, with their scheme and role; junk such as "none" is passed over."""
    for line in lines[:_LONGEST_LIST]:
        kind = _IDENTIFIER_TYPE.search(line.text)
        words = line.text[: kind.start()] if kind else line.text
        inside = find_identifiers(words)
        if is_junk(words):
            continue
        value, scheme = classify(words)
        if scheme == "other" and len(inside) == 1 and len(words) < 60:
            value, scheme = inside[0].value, inside[0].scheme
        role = "registry" if is_registry_scheme(scheme) and scheme != "utn" else "sponsor"
        if role == "sponsor" and kind:
            role = "grant" if re.search(r"grant|fund", kind[1], re.IGNORECASE) else "secondary"
        known = any(v["value"] == value for v in draft.values("identifiers"))
        if not known:
            field = f"identifiers[{draft.count('identifiers')}]"
            value_of = {"value": value, "scheme": scheme, "role": role}
            draft.state(field, value_of, (line.start, line.start + len(words.rstrip())))


def _lacks(draft: Draft, field: str, lines: Lines, not_applicable: Absence = "stated_unavailable") -> bool:
    """Whether the first line says that there is no value; writes the reason down."""
    words = lines[0].text
    if lists.is_not_loaded(words):
        draft.lack(field, "not_loaded")
    elif lists.is_unavailable(words):
        draft.lack(field, "stated_unavailable")
    elif lists.is_not_applicable(words):
        draft.lack(field, not_applicable)
    else:
        return False
    return True


# The labels that mean the same on every page, by the key that sections carry.
SIMPLE: Mapping[str, Callable[[Draft, Lines], None]] = {
    "status": state_status,
    "sex": state_sex,
    "study_type": state_study_type,
    "allocation": state_allocation,
    "model": state_model,
    "purpose": state_purpose,
    "masking": state_masking,
    "phases": state_phases,
    "ages": state_ages,
    "volunteers": state_volunteers,
    "collaborators": state_collaborators,
    "interventions": state_interventions,
    "identifiers": state_identifiers,
    "conditions": lambda draft, lines: state_names(draft, "conditions", lines),
    "keywords": lambda draft, lines: state_names(draft, "keywords", lines),
    "planned": lambda draft, lines: state_enrollment(draft, lines, "planned"),
    "minimum_age": lambda draft, lines: state_age(draft, lines, "minimum"),
    "maximum_age": lambda draft, lines: state_age(draft, lines, "maximum"),
    "official_title": lambda draft, lines: state_text(draft, "official_title", lines),
    "brief_title": lambda draft, lines: state_text(draft, "brief_title", lines),
    "acronym": lambda draft, lines: state_text(draft, "acronym", lines),
    "summary": lambda draft, lines: state_text(draft, "brief_summary", lines),
    "description": lambda draft, lines: state_text(draft, "detailed_description", lines),
    "start_date": lambda draft, lines: state_date(draft, "start_date", lines),
    "completion_date": lambda draft, lines: state_date(draft, "completion_date", lines),
    "primary_completion_date": lambda draft, lines: state_date(draft, "primary_completion_date", lines),
    "sponsor": lambda draft, lines: state_sponsor(draft, "lead_sponsor", lines[0]) if lines else None,
}
