"""A compiled criterion in plain words, English or Chinese, to be checked against the text.

Takes an expression, gives one sentence; every number, unit, window and joint of the tree is in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from trialwright.model.concept import Concept
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Attestation,
    Change,
    Condition,
    Demographic,
    Except,
    Exposure,
    Expr,
    IfThen,
    Measurement,
    Not,
    Protocol,
    Unparsed,
)
from trialwright.model.interval import Interval
from trialwright.model.period import Period
from trialwright.model.window import Window

Language = Literal["en", "zh"]

_EN = {
    "above": "above {}",
    "from": "at least {}",
    "below": "below {}",
    "to": "at most {}",
    "both": "{} and {}",
    "exactly": "exactly {}",
    "ULN": "times the upper limit of normal",
    "LLN": "times the lower limit of normal",
    "baseline": "times the baseline",
    "no_unit": "(no unit written)",
    "latest": "",
    "first": "on the first result",
    "any": "on any result",
    "all": "on every result",
    "worst": "on the worst result",
    "current": "at present",
    "history": "now or ever before",
    "past": "in the past",
    "planned": "planned",
    "and": " and ",
    "or": " or ",
    "not": "not ({})",
    "if": "if {}, then {}",
    "except": "{}, except {}",
    "least": "at least {} of: {}",
    "change": "change of {} {}",
    "per": "per {}",
    "each_P1D": "day",
    "each_P1W": "week",
    "each_P1M": "month",
    "for": "lasting {}",
    "times": "{} times",
    "dose": "at a dose {}",
    "window": "from {} to {}",
    "onward": "from {} on",
    "until": "up to {}",
    "day": "that day",
    "before": "{} before {}",
    "after": "{} after {}",
    "screening": "screening",
    "enrollment": "enrolment",
    "randomization": "randomization",
    "treatment_start": "the start of treatment",
    "unparsed": "not understood: “{}”",
    "protocol": "see the protocol: “{}”",
    "join": "; ",
    "is": "{} {}",
    "assumed": "(assumed)",
    "age": "age",
    "sex": "sex",
    "female": "female",
    "male": "male",
    "positive": "positive",
    "negative": "negative",
    "with": "({})",
    "about_consent": "consent",
    "about_willingness": "willingness",
    "about_capacity": "capacity",
    "about_investigator_judgement": "judgement of the investigator",
    "about_plan": "plan",
    "about_documentation": "documentation",
    "about": "{} to be confirmed by a person: “{}”",
}
_ZH = {
    "above": "大于{}",
    "from": "不低于{}",
    "below": "小于{}",
    "to": "不超过{}",
    "both": "{}且{}",
    "exactly": "等于{}",
    "ULN": "倍正常值上限",
    "LLN": "倍正常值下限",
    "baseline": "倍基线值",
    "no_unit": "（未写单位）",
    "latest": "",
    "first": "以首次结果计",
    "any": "任一次结果",
    "all": "每一次结果",
    "worst": "以最差结果计",
    "current": "目前",
    "history": "目前或既往",
    "past": "既往",
    "planned": "计划中",
    "and": "，并且",
    "or": "，或者",
    "not": "非（{}）",
    "if": "如果{}，则{}",
    "except": "{}，{}除外",
    "least": "至少满足{}项：{}",
    "change": "{}的变化{}",
    "per": "每{}",
    "each_P1D": "天",
    "each_P1W": "周",
    "each_P1M": "月",
    "for": "持续{}",
    "times": "{}次",
    "dose": "剂量{}",
    "window": "从{}至{}",
    "onward": "从{}起",
    "until": "至{}为止",
    "day": "当日",
    "before": "{1}前{0}",
    "after": "{1}后{0}",
    "screening": "筛选",
    "enrollment": "入组",
    "randomization": "随机化",
    "treatment_start": "治疗开始",
    "unparsed": "未能理解：“{}”",
    "protocol": "见研究方案：“{}”",
    "join": "；",
    "is": "{}{}",
    "assumed": "（推定）",
    "age": "年龄",
    "sex": "性别",
    "female": "女",
    "male": "男",
    "positive": "阳性",
    "negative": "阴性",
    "with": "（{}）",
    "about_consent": "知情同意",
    "about_willingness": "意愿",
    "about_capacity": "能力",
    "about_investigator_judgement": "研究者判断",
    "about_plan": "计划",
    "about_documentation": "文件",
    "about": "{}，须由人确认：“{}”",
}
_UNITS = {
    "en": {"a": "years", "mo": "months", "wk": "weeks", "d": "days", "h": "hours", "min": "minutes"},
    "zh": {"a": "岁", "mo": "个月", "wk": "周", "d": "天", "h": "小时", "min": "分钟"},
}


_POWER = re.compile(r"^10\*(\d+)")


def _written(unit: str) -> str:
    """A UCUM unit as clinicians write it, so that it reads back as the same."""
    plain = unit.replace("{1.73_m2}", "1.73 m2").replace("{", "").replace("}", "").replace("mm[Hg]", "mmHg")
    plain = plain.replace("[IU]", "IU").replace("[degF]", "°F").replace("Cel", "°C")
    return _POWER.sub(r"x 10^\1", plain)


def explain(expr: Expr, language: Language = "en") -> str:
    """The expression in plain words.

    >>> from decimal import Decimal
    >>> from trialwright.model.interval import Bound
    >>> above = Interval(low=Bound(value=Decimal(50), closed=False), unit="/uL")
    >>> explain(Measurement(concept=Concept(text="CD4 count"), interval=above))
    'CD4 count above 50 /uL'
    """
    words = _EN if language == "en" else _ZH
    return _Speaker(words, _UNITS[language], language).say(expr)


class _Speaker:
    """The words of one language, applied to the nodes of a tree."""

    def __init__(self, words: dict[str, str], units: dict[str, str], language: Language) -> None:
        self.words = words
        self.units = units
        self.blank = " " if language == "en" else ""

    def say(self, expr: Expr) -> str:
        """The words of one node with all below it."""
        w = self.words
        match expr:
            case AllOf(of=of):
                return self._joined(of, "and")
            case AnyOf(of=of):
                return self._joined(of, "or")
            case AtLeast(n=n, of=of):
                return w["least"].format(n, w["join"].join(map(self.say, of)))
            case Not(of=inner):
                return w["not"].format(self.say(inner))
            case IfThen(if_=premise, then=then):
                return w["if"].format(self._inner(premise), self._inner(then))
            case Except(base=base, unless=unless):
                return w["except"].format(self._inner(base), self._inner(unless))
            case Attestation(about=about, text=text):
                return w["about"].format(w[f"about_{about}"], text)
            case Protocol(text=text):
                return w["protocol"].format(text)
            case Unparsed(text=text):
                return w["unparsed"].format(text)
            case _:
                return self._leaf(expr)

    def _joined(self, of: tuple[Expr, ...], joint: str) -> str:
        return self.words[joint].join(map(self._inner, of))

    def _inner(self, expr: Expr) -> str:
        text = self.say(expr)
        return (
            self.words["with"].format(text)
            if isinstance(expr, AllOf | AnyOf | AtLeast | IfThen | Except)
            else text
        )

    def _leaf(self, expr: Expr) -> str:
        w = self.words
        parts: list[str] = []
        match expr:
            case Measurement(concept=concept, interval=interval, values=values, select=select):
                parts = [self.name(concept), self._interval(interval), self._values(values), w[select]]
            case Change(concept=concept, interval=interval, per=per):
                parts = [w["change"].format(self.name(concept), self._interval(interval))]
                parts += [w["per"].format(self._each(per))] if per else []
            case Condition(concept=concept, status=status, qualifiers=qualifiers, duration=duration):
                kept = [q for q in qualifiers if q.lower() not in concept.text.lower()]
                parts = [self.name(concept), *(w["with"].format(q) for q in kept)]
                parts += [w["for"].format(self._interval(duration))] if duration else []
                parts += [w[status]] if status != "any" else []
            case Exposure(concept=concept, status=status, dose=dose, duration=duration, count=count):
                parts = [self.name(concept)]
                for key, interval in (("dose", dose), ("for", duration), ("times", count)):
                    parts += [w[key].format(self._interval(interval))] if interval else []
                parts += [w[status]] if status != "any" else []
            case Demographic(attribute=attribute, interval=interval, values=values):
                parts = [w.get(attribute, attribute), self._interval(interval), self._values(values)]
        window: Window | None = getattr(expr, "window", None)
        text = self.blank.join(part for part in parts if part)
        return f"{text}, {self._window(window)}" if window is not None else text

    def name(self, concept: Concept) -> str:
        """The usual name of a concept, or its words; with the examples that the text gives."""
        name = concept.name or concept.text
        if concept.alternatives:
            name += f" ({', '.join(c.name or c.text for c in concept.alternatives)})"
        return name

    def _values(self, values: tuple[str, ...] | None) -> str:
        return self.words["or"].join(self.words.get(v, v) for v in values) if values else ""

    def _interval(self, interval: Interval | None) -> str:
        if interval is None:
            return ""
        w, low, high = self.words, interval.low, interval.high
        unit = self.units.get(interval.unit or "") or _written(interval.unit or "")
        if interval.relative_to is not None:
            unit = w[interval.relative_to]
        elif interval.unit_status == "missing":
            unit = w["no_unit"]
        if low is not None and high is not None:
            text = (
                w["exactly"].format(low.value)
                if low.value == high.value
                else w["both"].format(
                    w["from" if low.closed else "above"].format(low.value),
                    w["to" if high.closed else "below"].format(high.value),
                )
            )
        elif low is not None:
            text = w["from" if low.closed else "above"].format(low.value)
        else:
            text = w["to" if high and high.closed else "below"].format(high.value if high else "")
        assumed = w["assumed"] if interval.unit_status == "assumed" else ""
        return " ".join(part for part in (text, unit, assumed) if part)

    def _period(self, period: Period) -> str:
        part: Callable[[int, str], str] = lambda n, unit: f"{n} {self.units[unit]}".replace("岁", "年")  # noqa: E731
        months, days, minutes = abs(period.months), abs(period.days), abs(period.minutes)
        said = []
        if months:
            said.append(
                part(months // 12, "a") if months % 12 == 0 and "Y" in period.text else part(months, "mo")
            )
        if days:
            said.append(part(days // 7, "wk") if days % 7 == 0 and "W" in period.text else part(days, "d"))
        if minutes:
            said.append(part(minutes // 60, "h") if minutes % 60 == 0 else part(minutes, "min"))
        return " ".join(said) or part(0, "d")

    def _each(self, period: Period) -> str:
        """What stands behind "per": "day" rather than "1 days"."""
        return self.words.get(f"each_{period.text}") or self._period(period)

    def _window(self, window: Window) -> str:
        w = self.words
        anchor = window.event.text if window.event is not None else w.get(window.anchor, window.anchor)

        def end(period: Period | None) -> str:
            if period is None or period.text in ("P0D", "-P0D"):
                return anchor
            return w["before" if period.text.startswith("-") else "after"].format(
                self._period(period), anchor
            )

        text = w["until"].format(end(window.to))
        if window.from_ is not None:
            ends = end(window.from_), end(window.to)
            text = w["onward"].format(ends[0]) if window.open_ended else w["window"].format(*ends)
        return f"{text} {w['assumed']}" if window.status == "assumed" else text
