"""The results of a ClinicalTrials.gov XML record (`<clinical_results>`): findings with figure, words, group.

Takes participant flow, baseline, outcomes and adverse events, states one reported result a figure; figures
stand in attributes, the titles of groups in a list beside them.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from trialwright.formats.entry import Entry
from trialwright.formats.registry import figure_words, people_words, state_result


def state_results(entry: Entry, results: Element, at: str) -> None:
    """All figures of the section."""
    for part in results:
        if part.tag == "participant_flow":
            _state_flow(entry, part, f"{at}/participant_flow")
        elif part.tag == "baseline":
            _state_baseline(entry, part, f"{at}/baseline")
        elif part.tag == "outcome_list":
            for number, outcome in enumerate(part.findall("outcome"), start=1):
                _state_outcome(entry, outcome, f"{at}/outcome_list/outcome[{number}]")
        elif part.tag == "reported_events":
            _state_events(entry, part, f"{at}/reported_events")


def _words(element: Element, tag: str) -> str | None:
    found = element.findtext(tag)
    return " ".join(found.split()) or None if found else None


def _groups(element: Element) -> dict[str, str]:
    """The titles of the groups by their ids."""
    found = {}
    for group in element.findall("group_list/group"):
        name, title = group.get("group_id"), _words(group, "title")
        if name and title:
            found[name] = title
    return found


def _state_flow(entry: Entry, flow: Element, at: str) -> None:
    groups = _groups(flow)
    for number, period in enumerate(flow.findall("period_list/period"), start=1):
        title = _words(period, "title") or "Participant flow"
        in_period = f"{at}/period_list/period[{number}]"
        for path in ("milestone_list/milestone", "drop_withdraw_reason_list/drop_withdraw_reason"):
            for count, event in enumerate(period.findall(path), start=1):
                measure = f"{title}: {_words(event, 'title') or 'not named'}"
                place = f"{in_period}/{path}[{count}]/participants_list/participants"
                for position, one in enumerate(event.findall("participants_list/participants"), start=1):
                    if value := one.get("count"):
                        arm = groups.get(one.get("group_id", ""))
                        state_result(entry, f"{place}[{position}]", measure, value, f"{value} people", arm)


def _state_baseline(entry: Entry, baseline: Element, at: str) -> None:
    groups = _groups(baseline)
    for number, measure in enumerate(baseline.findall("measure_list/measure"), start=1):
        _state_measure(entry, measure, f"{at}/measure_list/measure[{number}]", "Baseline: ", groups)


def _state_outcome(entry: Entry, outcome: Element, at: str) -> None:
    measure = outcome.find("measure")
    if measure is not None:
        _state_measure(entry, measure, f"{at}/measure", "", _groups(outcome))
    title = _words(outcome, "title") or "outcome"
    for number, analysis in enumerate(outcome.findall("analysis_list/analysis"), start=1):
        _state_analysis(entry, analysis, f"{at}/analysis_list/analysis[{number}]", title)


def _state_measure(entry: Entry, measure: Element, at: str, head: str, groups: dict[str, str]) -> None:
    title = head + (_words(measure, "title") or "outcome")
    unit, parameter = _words(measure, "units"), _words(measure, "param")
    for row_number, row in enumerate(measure.findall("class_list/class"), start=1):
        row_title = _words(row, "title")
        for number, category in enumerate(row.findall("category_list/category"), start=1):
            name = ", ".join(t for t in (title, row_title, _words(category, "title")) if t)
            place = (
                f"{at}/class_list/class[{row_number}]/category_list/category[{number}]"
                "/measurement_list/measurement"
            )
            for position, one in enumerate(category.findall("measurement_list/measurement"), start=1):
                if value := one.get("value"):
                    limits = (one.get("lower_limit"), one.get("upper_limit"))
                    words = figure_words(value, unit, parameter, one.get("spread"), limits)
                    arm = groups.get(one.get("group_id", ""))
                    state_result(entry, f"{place}[{position}]", name, value, words, arm)


def _state_analysis(entry: Entry, analysis: Element, at: str, title: str) -> None:
    """An estimate and a p-value, of a comparison of groups."""
    if value := _words(analysis, "param_value"):
        limits = (_words(analysis, "ci_lower_limit"), _words(analysis, "ci_upper_limit"))
        words = figure_words(value, None, _words(analysis, "param_type"), None, limits)
        state_result(entry, f"{at}/param_value", f"{title}: comparison of groups", value, words, None)
    if value := _words(analysis, "p_value"):
        method = _words(analysis, "method")
        words = f"p = {value}" if value[0].isdigit() or value[0] == "." else f"p {value}"
        words = f"{words} ({method})" if method else words
        state_result(entry, f"{at}/p_value", f"{title}: p-value", value, words, None)


def _state_events(entry: Entry, events: Element, at: str) -> None:
    groups = _groups(events)
    for head, tag in (
        ("Serious adverse event: ", "serious_events"),
        ("Other adverse event: ", "other_events"),
    ):
        categories = events.findall(f"{tag}/category_list/category")
        for number, category in enumerate(categories, start=1):
            in_category = f"{at}/{tag}/category_list/category[{number}]/event_list/event"
            for count, event in enumerate(category.findall("event_list/event"), start=1):
                measure = head + (_words(event, "sub_title") or "not named")
                place = f"{in_category}[{count}]/counts"
                for position, one in enumerate(event.findall("counts"), start=1):
                    if value := one.get("subjects_affected"):
                        words = people_words(value, one.get("subjects_at_risk"), one.get("events"))
                        arm = groups.get(one.get("group_id", ""))
                        state_result(entry, f"{place}[{position}]", measure, value, words, arm)
