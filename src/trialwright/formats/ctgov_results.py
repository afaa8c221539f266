"""The results section of a ClinicalTrials.gov study (API version 2) as findings with figure, words and group.

Takes participant flow, baseline, outcome measures and adverse events, states one reported result a figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trialwright.formats.entry import Entry
from trialwright.formats.registry import figure_words, people_words, state_result

Node = Mapping[str, Any]


def state_results(entry: Entry, section: Node, at: str) -> None:
    """All figures of the section."""
    for name, state in (
        ("participantFlowModule", _state_flow),
        ("baselineCharacteristicsModule", _state_baseline),
        ("outcomeMeasuresModule", _state_outcomes),
        ("adverseEventsModule", _state_events),
    ):
        module = section.get(name)
        if isinstance(module, dict):
            state(entry, module, f"{at}/{name}")


def _items(node: Node, key: str, at: str) -> Iterator[tuple[Node, str]]:
    found = node.get(key)
    if isinstance(found, list):
        for number, item in enumerate(found):
            if isinstance(item, dict):
                yield item, f"{at}/{key}/{number}"


def _words(node: Node, key: str) -> str | None:
    """The words of a string or a number."""
    found = node.get(key)
    if isinstance(found, str):
        return found.strip() or None
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else None


def _groups(node: Node, key: str = "groups") -> dict[str, str]:
    """The titles of the groups by their ids."""
    found = {}
    for group, _ in _items(node, key, ""):
        name, title = _words(group, "id"), _words(group, "title")
        if name and title:
            found[name] = title
    return found


def _state_flow(entry: Entry, module: Node, at: str) -> None:
    groups = _groups(module)
    for period, in_period in _items(module, "periods", at):
        title = _words(period, "title") or "Participant flow"
        for list_name, label, numbers in (
            ("milestones", "type", "achievements"),
            ("dropWithdraws", "type", "reasons"),
        ):
            for event, in_event in _items(period, list_name, in_period):
                measure = f"{title}: {_words(event, label) or list_name}"
                for one, place in _items(event, numbers, in_event):
                    if value := _words(one, "numSubjects"):
                        arm = groups.get(_words(one, "groupId") or "")
                        state_result(entry, place, measure, value, f"{value} people", arm)


def _state_baseline(entry: Entry, module: Node, at: str) -> None:
    groups = _groups(module)
    for measure, place in _items(module, "measures", at):
        _state_measure(entry, measure, place, "Baseline: ", groups)


def _state_outcomes(entry: Entry, module: Node, at: str) -> None:
    for measure, place in _items(module, "outcomeMeasures", at):
        _state_measure(entry, measure, place, "", _groups(measure))
        title = _words(measure, "title") or "outcome"
        for analysis, where in _items(measure, "analyses", place):
            _state_analysis(entry, analysis, where, title)


def _state_measure(entry: Entry, measure: Node, at: str, head: str, groups: dict[str, str]) -> None:
    title = head + (_words(measure, "title") or "outcome")
    unit = _words(measure, "unitOfMeasure")
    kind = _words(measure, "paramType")
    parameter = kind.replace("_", " ").capitalize() if kind else None
    for row, in_row in _items(measure, "classes", at):
        row_title = _words(row, "title")
        for category, in_category in _items(row, "categories", in_row):
            name = ", ".join(t for t in (title, row_title, _words(category, "title")) if t)
            for one, place in _items(category, "measurements", in_category):
                if value := _words(one, "value"):
                    limits = (_words(one, "lowerLimit"), _words(one, "upperLimit"))
                    words = figure_words(value, unit, parameter, _words(one, "spread"), limits)
                    arm = groups.get(_words(one, "groupId") or "")
                    state_result(entry, place, name, value, words, arm)


def _state_analysis(entry: Entry, analysis: Node, at: str, title: str) -> None:
    """An estimate and a p-value, of a comparison of groups."""
    method = _words(analysis, "statisticalMethod")
    if value := _words(analysis, "paramValue"):
        limits = (_words(analysis, "ciLowerLimit"), _words(analysis, "ciUpperLimit"))
        words = figure_words(value, None, _words(analysis, "paramType"), None, limits)
        state_result(entry, f"{at}/paramValue", f"{title}: comparison of groups", value, words, None)
    if value := _words(analysis, "pValue"):
        words = f"p = {value}" if value[0].isdigit() or value[0] == "." else f"p {value}"
        words = f"{words} ({method})" if method else words
        state_result(entry, f"{at}/pValue", f"{title}: p-value", value, words, None)


def _state_events(entry: Entry, module: Node, at: str) -> None:
    groups = _groups(module, "eventGroups")
    for group, place in _items(module, "eventGroups", at):
        arm = groups.get(_words(group, "id") or "")
        for name, key in (
            ("All-cause deaths", "deaths"),
            ("Serious adverse events", "serious"),
            ("Other adverse events", "other"),
        ):
            if value := _words(group, f"{key}NumAffected"):
                words = people_words(value, _words(group, f"{key}NumAtRisk"), None)
                state_result(entry, f"{place}/{key}NumAffected", name, value, words, arm)
    for head, key in (("Serious adverse event: ", "seriousEvents"), ("Other adverse event: ", "otherEvents")):
        for event, in_event in _items(module, key, at):
            measure = head + (_words(event, "term") or "not named")
            for one, place in _items(event, "stats", in_event):
                if value := _words(one, "numAffected"):
                    words = people_words(value, _words(one, "numAtRisk"), _words(one, "numEvents"))
                    state_result(
                        entry, place, measure, value, words, groups.get(_words(one, "groupId") or "")
                    )
