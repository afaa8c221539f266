"""What running Chinese says of a trial: people, groups, design, phase, numbers of registries, findings.

Takes a stretch of Chinese, states the same fields as the English half beside it, each with its own place:
a translation is a second witness. Groups and findings are matched to the English ones by their figures.
"""

from __future__ import annotations

import re

from trialwright.formats.draft import Draft
from trialwright.formats.findings import FIGURE, figure_value
from trialwright.formats.prose import PROSE_AT_MOST
from trialwright.language.enumerations import read_phases
from trialwright.model.source import Span

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_N = r"(?P<n>\d{1,6}|[一二三四五六七八九十两百]{1,5})"
_PEOPLE = re.compile(
    rf"(?:共|共有|总共|合计|总计|纳入|入组|招募|计划纳入|拟纳入|随访)\s*(?:纳入|入组|招募|有)?\s*{_N}\s*[名例位]"
)
_GROUP = re.compile(
    rf"(?<!共)(?<!共有)(?<!共有 )(?<!纳入){_N}\s*[名例位]\s*(?P<control>对照)?组?"
    r"(?:患者|受试者|病人|参与者)?[^,，。;；名例]{0,24}?"
    r"(?:接受|给予|输注|分配至|分配到|使用|采用|予以)(?P<given>[^,，。;；]{1,40})(?=[,，。;；])"
)
_MASKING = re.compile(
    r"(?P<DOUBLE>双盲)|(?P<SINGLE>单盲)|(?P<TRIPLE>三盲)|(?P<NONE>开放性?标签|开放标签|开放性试验|非盲)"
)
_ALLOCATION = re.compile(
    r"(?P<NON_RANDOMIZED>非随机)|(?P<RANDOMIZED>随机(?:、?(?:对照|双盲|分配|分为|分组|平行))?)"
)
_PHASE = re.compile(
    r"(?P<phase>(?:[1-4]|I{1,3}|IV|[ⅠⅡⅢⅣ])[ab]?(?:\s*[/-]\s*(?:[1-4]|I{1,3}|IV|"
    r"[ⅠⅡⅢⅣ])[ab]?)?)\s*期(?=.{0,12}(?:试验|研究|临床|、|,|，))"
)
_TRIAL = re.compile(r"(?:临床试验|对照试验|随机试验)")
_THIS = re.compile(r"这项|该项|本研究|本试验|该试验|一项|我们|患者|共")
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
_GERM = re.compile(r"(?P<germ>[A-Z][A-Za-z0-9\-]{1,15})\s*感染")
_LATIN = re.compile(r"[A-Z][A-Za-z]*(?:-[A-Za-z0-9]+)*\d*")
_PATIENTS_WITH = re.compile(
    r"(?:治疗|用于)(?P<words>[\u4e00-\u9fffA-Za-z0-9\-]{2,30}?)(?:患者|的(?:安全性|疗效|有效性|作用))"
)
_TREATMENT = re.compile(
    r"(?:人|异体|自体|同种异体)?(?:脐带|骨髓|脂肪|胎盘|外周血)[\u4e00-\u9fff ]{0,10}"
    r"(?:干细胞(?:[(（][A-Z][A-Za-z\-]{0,10}[)）])?|"
    r"[A-Z][A-Za-z\-]{1,10})"
)


def number_of(words: str) -> int:
    """The number that figures or Chinese numerals below a thousand say.

    >>> number_of("24"), number_of("十二"), number_of("二十"), number_of("一百零五")
    (24, 12, 20, 105)
    """
    if words.isdigit():
        return int(words)
    total, digit = 0, 0
    for sign in words:
        if sign == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif sign == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = _DIGITS.get(sign, 0)
    return total + digit


def state_chinese(draft: Draft, start: int, end: int) -> None:
    """State everything that the Chinese between two positions says of the trial."""
    stop = min(end, start + PROSE_AT_MOST)
    for match in _SENTENCE.finditer(draft.text, start, stop):
        place = match.span()
        if len(match.group()) > 2000:
            continue
        if _THIS.search(match.group()):
            _state_design(draft, place)
            _state_people(draft, place)
            _state_groups(draft, place)
        _state_findings(draft, place)
    _state_subjects(draft, start, stop)


def _state_design(draft: Draft, place: Span) -> None:
    for field, form in (("design.masking", _MASKING), ("design.allocation", _ALLOCATION)):
        match = form.search(draft.text, *place)
        if match and not _said(draft, field, place):
            draft.state(field, match.lastgroup, match.span(), 0.9)
    match = _PHASE.search(draft.text, *place)
    phases = read_phases(match["phase"]) if match else None
    if match and phases and not _said(draft, "phases", place):
        draft.state("phases", list(phases), match.span(), 0.9)
    match = _TRIAL.search(draft.text, *place)
    if match and not _said(draft, "study_type", place):
        draft.state("study_type", "INTERVENTIONAL", match.span(), 0.8)


def _said(draft: Draft, field: str, place: Span) -> bool:
    """Whether the Chinese half has stated the field already: the first time counts."""
    return any(
        s.span and _is_chinese(draft.text[max(0, s.span[0] - 6) : s.span[1] + 6]) for s in draft.stated(field)
    )


def _is_chinese(words: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in words)


def _state_people(draft: Draft, place: Span) -> None:
    match = _PEOPLE.search(draft.text, *place)
    if match is None:
        return
    kind = "planned" if draft.text[match.start()] in "计拟" else "actual"
    if draft.holds("enrollment.planned") and not draft.holds("enrollment.actual"):
        kind = "planned"
    if not _said(draft, f"enrollment.{kind}", place):
        draft.state(f"enrollment.{kind}", number_of(match["n"]), match.span("n"), 0.9)


def _state_groups(draft: Draft, place: Span) -> None:
    """Sizes of groups; the control and the order tell which English group each is."""
    found = list(_GROUP.finditer(draft.text, *place))
    if len(found) < 2 or len(found) > 12:
        return
    sizes = [number_of(m["n"]) for m in found]
    whole = [*draft.values("enrollment.actual"), *draft.values("enrollment.planned")]
    if whole and sum(sizes) not in whole:
        return
    english = draft.values("arms.size")
    if not english:
        for position, match in enumerate(found):
            arm = f"arms[{position}]"
            given = match["given"].strip()
            begin = match.start("given") + match["given"].index(given)
            if match["control"]:
                draft.state(f"{arm}.label", match["control"], match.span("control"), 0.8)
            else:
                draft.state(f"{arm}.label", given, (begin, begin + len(given)), 0.8)
            draft.state(f"{arm}.size", number_of(match["n"]), match.span("n"), 0.9)
    elif english == sizes:
        for position, match in enumerate(found):
            draft.state(f"arms[{position}].size", sizes[position], match.span("n"), 0.9)


def _state_findings(draft: Draft, place: Span) -> None:
    """The figures of an English finding where one Chinese sentence has them all."""
    here = {figure_value(f): f.span() for f in FIGURE.finditer(draft.text, *place)}
    if not here:
        return
    findings: dict[int, list[tuple[str, str]]] = {}
    for field, value, span in draft.results():
        if not _is_chinese(draft.text[max(0, span[0] - 3) : span[1] + 3]):
            findings.setdefault(_beginning_of(draft, field), []).append((field, str(value)))
    for values in findings.values():
        if all(value in here for _, value in values):
            for field, value in values:
                draft.state(field, value, here[value], 0.8)


def _beginning_of(draft: Draft, field: str) -> int:
    """Where the words of the finding begin to which a value belongs."""
    text = draft.stated(field.removesuffix(".value") + ".text")
    return text[0].span[0] if text and text[0].span else -1


def _state_subjects(draft: Draft, start: int, end: int) -> None:
    """Condition and treatment: second witnesses where they share Latin letters with the English."""
    conditions = draft.stated("conditions[0]")
    if conditions:
        for match in _GERM.finditer(draft.text, start, end):
            if match["germ"].casefold() in str(conditions[0].value).casefold():
                draft.state("conditions[0]", conditions[0].value, match.span(), 0.7)
                break
    elif alone := _PATIENTS_WITH.search(draft.text, start, end):
        draft.state("conditions[0]", alone["words"], alone.span("words"), 0.7)
    treatments = draft.stated("interventions[0].name")
    if treatments:
        shared = {w for w in _LATIN.findall(str(treatments[0].value)) if len(w) > 2}
        for match in _TREATMENT.finditer(draft.text, start, end):
            if shared & set(_LATIN.findall(match.group())):
                draft.state("interventions[0].name", treatments[0].value, match.span(), 0.6)
                break
    elif alone := _TREATMENT.search(draft.text, start, end):
        draft.state("interventions[0].name", alone.group(), alone.span(), 0.7)
