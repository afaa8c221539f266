"""EU Clinical Trials Register: its text downloads (full details and summary) and the same as JSON.

Takes such a document, gives a record a country, as the register does: each member state approves a
trial by itself. Fields carry the codes of the application form (A.3, E.7.2, F.1.3); codes tell them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trialwright.formats.document import Document
from trialwright.formats.entries import Entry, clean, collect, guarded, part_of, refuse, split_numbered
from trialwright.formats.ictrpdesign import state_answers
from trialwright.formats.nodes import Node, read_json
from trialwright.language import enumerations as lists
from trialwright.model.source import Record
from trialwright.model.study import Refusal

NAME = "euctr"
# What its documents look like before anybody reads them.
KINDS = ("JSON", None)

_START = re.compile(r"^EudraCT Number:[ \t]*(\S+)", re.MULTILINE)
_JSON = re.compile(r'"a2_eudract_number"|"ctrname"\s*:\s*"EUCTR"')
_NOTHING = "it is no EUCTR record: it has no EudraCT number"
# "E.5.1.1 Timepoint(s) ... (es): words": a code, a name with brackets and commas in it, a colon, the value.
_LINE = re.compile(
    r"^(?P<code>[A-P](?:\.\d{1,2}){1,5}|[NP]\.|D\.IMP)(?: (?:and|to) [A-P]?[\d.]{1,12})?[ \t]+"
    r"(?P<name>[^:\n]{1,300}?)?:(?P<value>.*)$|"
    r"^(?P<head>EudraCT Number|Sponsor's Protocol Code Number|Clinical Trial Type|Trial Status|Link|"
    r"National Competent Authority|Date on which this record was first entered[^:\n]{0,40}|D\.IMP|"
    r"Sponsor Protocol Number|Sponsor Name|Full Title|Start Date\*?|Medical condition|Disease|"
    r"Population Age|Gender|Trial protocol|Trial results):(?P<told>.*)$|"
    r"^(?P<other>[A-P](?:\.\d{1,2}){1,5}(?: (?:and|to) [A-P]?[\d.]{1,12})? [^\n]{1,200}|Summary|"
    r"(?:A\. Protocol|B\. Sponsor|C\. Applicant|D\. IMP|E\. General|F\. Population|G\. Investigator|H\.|"
    r"N\. Review|P\. End)[^\n]{0,200}|"
    r"Sponsor \d{1,2}|MedDRA Classification)$",
    re.MULTILINE,
)
_OTHER_LANGUAGE = re.compile(r"\(([a-z]{2})\)\s*$")
_KEY = re.compile(r"(?P<code>[a-p]\d{1,6})_?(?=[a-z_])(?P<name>.*)")
_AGES = (  # code, first age, last age
    ("f112", ("0", "d"), None),
    ("f113", ("0", "d"), ("27", "d")),
    ("f114", ("28", "d"), ("23", "mo")),
    ("f115", ("2", "a"), ("11", "a")),
    ("f116", ("12", "a"), ("17", "a")),
    ("f12", ("18", "a"), ("64", "a")),
    ("f13", ("65", "a"), None),
)
_ENDED = {"prematurely ended": "TERMINATED", "temporarily halted": "SUSPENDED", "completed": "COMPLETED",
          "suspended by ca": "SUSPENDED", "restarted": "RECRUITING"}  # fmt: skip
_PROTOCOL = re.compile(r"\b(?P<code>[A-Z]{2})\s*\((?P<status>[^()\n]{2,60})\)")
_COUNTRIES = dict(
    pair.split(" ", 1)
    for pair in "AT Austria|BE Belgium|BG Bulgaria|CY Cyprus|CZ Czechia|DE Germany|DK Denmark|EE Estonia|"
    "ES Spain|FI Finland|FR France|GB United Kingdom|GR Greece|HR Croatia|HU Hungary|IE Ireland|IS Iceland|"
    "IT Italy|LI Liechtenstein|LT Lithuania|LU Luxembourg|LV Latvia|MT Malta|NL Netherlands|NO Norway|"
    "PL Poland|PT Portugal|RO Romania|SE Sweden|SI Slovenia|SK Slovakia".split("|")
)
_NOTHING_SAID = re.compile(r"information not present in eudract|json_error_here|n/?a|-", re.IGNORECASE)

Fields = dict[str, list[Node]]


def sniff(text: str) -> float:
    """The number and the form's first part."""
    head = text[:20_000]
    if head.lstrip()[:1] in ("{", "["):
        return 0.97 if _JSON.search(text[:400_000]) else 0.0
    if _START.search(head) is None:
        return 0.0
    marks = (
        "A. Protocol Information",
        "Sponsor Protocol Number:",
        "A.1 Member State",
        "National Competent Authority:",
    )
    return 0.97 if any(mark in head for mark in marks) else 0.0


def read(document: Document) -> tuple[Record | Refusal, ...]:
    """A record a country."""
    items = _items if document.text.lstrip()[:1] in ("{", "[") else _parts
    return collect(document, items(document))


def _parts(document: Document) -> Iterator[Record | Refusal]:
    text = document.text
    starts = [m.start() for m in _START.finditer(text)]
    for position, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True)):
        words = text[start:end].removesuffix("Summary\n").rstrip()
        fields = _fields_of(words)
        number = _one(fields, "eudractnumber").text
        country = re.search(r"/trial/[\d-]+/([A-Z]{2}|3rd)\b", _one(fields, "link").text)
        name = "-".join(n for n in (number, country[1] if country else "") if n)
        part = part_of(document, words, name if len(starts) > 1 else "")
        yield guarded(document, name, _NOTHING, _record, part, fields, position)


def _fields_of(text: str) -> Fields:
    """The values by code (dots left out) or, without a code, by name; a value goes on to the next field."""
    found = list(_LINE.finditer(text))
    fields: Fields = {}
    foreign: Fields = {}
    for match, end in zip(found, [m.start() for m in found[1:]] + [len(text)], strict=True):
        if match["other"]:
            continue
        name = match["head"] or match["name"] or ""
        group = "told" if match["head"] else "value"
        first = match.start(group)
        words = text[first:end]
        left = first + len(words) - len(words.lstrip())
        node = Node(words.strip(), None, (left, left + len(words.strip())))
        key = _plain(match["head"] or match["code"])
        if match["code"] in ("E.8.9.1", "E.8.9.2", "N.", "P.", "D.8"):
            key += _plain(name)
        there = foreign if _OTHER_LANGUAGE.search(name) else fields
        there.setdefault(key, []).append(node)
    # A national record may give a field in its own language alone.
    return {**foreign, **{k: v for k, v in fields.items() if any(n.text for n in v) or k not in foreign}}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _items(document: Document) -> Iterator[Record | Refusal]:
    for position, item in enumerate(read_json(document.text)):
        if item.node is None:
            yield refuse(document, item.name, item.problem)
            continue
        part = part_of(document, item.text, item.name)
        yield guarded(document, item.name, _NOTHING, _record, part, _fields_of_json(item.node), position)


def _fields_of_json(trial: Node) -> Fields:
    """The same from keys that are code and name in one: `e72_therapeutic_exploratory_phase_ii`."""
    fields: Fields = {}
    _gather(trial, fields)
    for key, name in (("x5_trial_status", "trialstatus"), ("x4_clinical_trial_type", "clinicaltrialtype")):
        fields[name] = [trial.at(key)]
    fields["eudractnumber"] = [trial.first("a2_eudract_number", "eudractNumber")]
    results = trial.at("trialInformation")
    fields["a52"] = [*fields.get("a52", []), results.at("usctnIdentifier")]
    fields["recruitmentstart"] = [results.at("recruitmentStartDate")]
    fields["psecond"] = [
        trial.at("p_date_of_the_global_end_of_the_trial"),
        results.at("globalEndOfTrialDate"),
    ]
    fields["pendoftrialstatus"] = [trial.at("p_end_of_trial_status")]
    return fields


def _gather(node: Node, fields: Fields) -> None:
    if not isinstance(node.value, dict):
        return
    for name in node.value:
        found = _KEY.fullmatch(name)
        if isinstance(node.value[name], list):
            for member in node.each(name):
                if name == "dimp":
                    fields.setdefault("dimp", []).append(member)
                _gather(member, fields)
        elif found and not re.search(
            r"_(?:[a-z]{2})$", found["name"].removesuffix("_ii").removesuffix("_iv")
        ):
            fields.setdefault(found["code"], []).append(node.at(name))


def _one(fields: Fields, *keys: str) -> Node:
    """The first value that says something under one of the keys."""
    for key in keys:
        for node in fields.get(key, ()):
            if node.text and not _NOTHING_SAID.fullmatch(node.text):
                return node
    return Node(None, "/")


def _yes(fields: Fields, key: str) -> bool | None:
    return lists.read_yes_no(_one(fields, key).text)


def _record(document: Document, fields: Fields, position: int) -> Record:
    number = _one(fields, "a2", "eudractnumber")
    if not number.text:
        raise ValueError("no number")
    draft = Entry(document, NAME, position)
    draft.identifier(number, "registry")
    for key in ("a51", "a52", "a53", "a54"):
        draft.identifier(_one(fields, key), "secondary")
    draft.identifier(_one(fields, "a41", "sponsorsprotocolcodenumber", "sponsorprotocolnumber"), "sponsor")
    draft.text_of("brief_title", _one(fields, "a31"))
    draft.text_of("official_title", _one(fields, "a3", "fulltitle"))
    short = _one(fields, "a32")
    if len(short.text) <= 20 and len(short.text.split()) <= 2:
        draft.text_of("acronym", short)
    draft.text_of("brief_summary", _one(fields, "e21"))
    status = _one(fields, "pendoftrialstatus", "trialstatus")
    protocols = _protocols(_one(fields, "trialprotocol"))
    if not status.text and len({node.text.casefold() for _, node in protocols}) == 1:
        status = protocols[0][1]
    draft.choice("overall_status", status, lambda w: _ENDED.get(w.casefold()) or lists.read_status(w))
    if len({node.text.casefold() for _, node in protocols}) > 1 and not status.text:
        told = ", ".join(f"{code.text}: {node.text}" for code, node in protocols)
        draft.remark(
            "status_by_country", f"the trial stands differently by country ({told[:300]})", protocols[0][1]
        )
    kind = _one(fields, "clinicaltrialtype")
    if kind.text:
        draft.put("study_type", "INTERVENTIONAL", kind, 0.9)
    draft.date("start_date", _one(fields, "recruitmentstart", "startdate"))
    draft.date("completion_date", _one(fields, "pdateoftheglobalendofthetrial", "psecond"), "ACTUAL")
    _state_design(draft, fields)
    whole = _one(fields, "f422")
    draft.people("planned", whole if whole.text or _yes(fields, "e85") else _one(fields, "f41"))
    _state_population(draft, fields)
    conditions = _one(fields, "e11", "e111", "medicalcondition")
    for words in split_numbered(clean(conditions.text)):
        draft.name("conditions", Node(words, conditions.pointer, conditions.span))
    inclusion, exclusion = _one(fields, "e3"), _one(fields, "e4")
    place = Node(inclusion.value, inclusion.pointer, inclusion.span)
    if inclusion.span and exclusion.span:
        place = Node(None, None, (inclusion.span[0], exclusion.span[1]))
    draft.criteria(place, inclusion, exclusion)
    _state_outcomes(draft, fields)
    _state_products(draft, fields)
    _state_sponsors(draft, fields)
    country = _one(fields, "a1", "nationalcompetentauthority")
    name = country.text.split(" - ")[0].strip()
    if name and "outside" not in name.casefold():
        span = country.span and (country.span[0], country.span[0] + len(name))
        draft.location(country=Node(name, country.pointer, span))
    elif not name:
        for code, protocol in protocols:
            _state_country(draft, code, protocol)
    return draft.record()


def _protocols(node: Node) -> list[tuple[Node, Node]]:
    """Country and status of each protocol of the summary: "FR (Ongoing) ES (Completed)"."""
    found = []
    for match in _PROTOCOL.finditer(str(node.value or "")[:4000]):
        parts = []
        for group in ("code", "status"):
            at = node.span and (node.span[0] + match.start(group), node.span[0] + match.end(group))
            parts.append(Node(match[group], node.pointer, at))
        found.append((parts[0], parts[1]))
    return found


def _state_country(draft: Entry, code: Node, protocol: Node) -> None:
    """A country by its code, with the status there."""
    if code.text not in _COUNTRIES:
        return
    number = draft.count("locations")
    draft.location(country=Node(_COUNTRIES[code.text], code.pointer, code.span))
    status = _ENDED.get(protocol.text.casefold()) or lists.read_status(protocol.text)
    if status and draft.count("locations") > number:
        draft.put(f"locations[{number}].status", status, protocol)


def _state_design(draft: Entry, fields: Fields) -> None:
    phases = [(n, _one(fields, f"e7{n}")) for n in (1, 2, 3, 4)]
    told = [(n, node) for n, node in phases if lists.read_yes_no(node.text)]
    if told:
        first, last = told[0][1], told[-1][1]
        span = (first.span[0], last.span[1]) if first.span and last.span else None
        place = Node(None, first.pointer, span)
        draft.put("phases", [f"PHASE{n}" for n, _ in told], place, raw=first.text)
    elif any(node.text for _, node in phases):
        draft.lack("phases", "stated_unavailable")
    names = {"controlled": "e81", "randomised": "e811", "open": "e812", "single blind": "e813",
             "double blind": "e814", "parallel group": "e815", "cross over": "e816"}  # fmt: skip
    answers = {name: _yes(fields, key) for name, key in names.items()}
    state_answers(
        draft,
        {name: yes for name, yes in answers.items() if yes is not None},
        {name: _one(fields, key) for name, key in names.items()},
    )
    aims = [(value, _one(fields, key)) for key, value in
            (("e61", "DIAGNOSTIC"), ("e62", "PREVENTION"), ("e63", "TREATMENT"))
            if _yes(fields, key)]  # fmt: skip
    if len(aims) == 1:
        draft.put("design.primary_purpose", *aims[0])


def _state_population(draft: Entry, fields: Fields) -> None:
    women, men = _one(fields, "f21"), _one(fields, "f22")
    told = (lists.read_yes_no(women.text), lists.read_yes_no(men.text))
    if any(told):
        sex = "ALL" if all(told) else "FEMALE" if told[0] else "MALE"
        draft.put("eligibility.sex", sex, women if told[0] else men)
    elif told == (False, False):
        draft.lack("eligibility.sex", "unparsable")
        draft.remark("contradiction", "neither women nor men may take part", women)
    else:
        draft.choice("eligibility.sex", _one(fields, "gender"), lists.read_sex)
    healthy = _one(fields, "f31")
    if (answer := lists.read_yes_no(healthy.text)) is not None:
        draft.put("eligibility.healthy_volunteers", answer, healthy)
    groups = [(first, last, _one(fields, key)) for key, first, last in _AGES if _yes(fields, key)]
    if not groups:
        return
    first, last = groups[0][0], groups[-1][1]
    draft.put("eligibility.minimum_age", {"value": first[0], "unit": first[1]}, groups[0][2], 0.9)
    if last is not None:
        draft.put("eligibility.maximum_age", {"value": last[0], "unit": last[1]}, groups[-1][2], 0.9)
    elif _yes(fields, "f13"):
        draft.lack("eligibility.maximum_age", "not_applicable")


def _state_outcomes(draft: Entry, fields: Fields) -> None:
    for level, key, frame in (("primary", "e51", "e511"), ("secondary", "e52", "e521")):
        node, times = _one(fields, key), _one(fields, frame)
        points = split_numbered(clean(node.text))
        for words in points:
            draft.outcome(level, Node(words, node.pointer, node.span), times if len(points) == 1 else None)


def _state_products(draft: Entry, fields: Fields) -> None:
    """The products under trial: by trade name, product name or substance, whichever comes first."""
    for own in _product_fields(fields):
        named = [n for key in ("d2111", "d31", "d38", "d393") if (n := _one(own, key)).text]
        if not named:
            continue
        kind, place = None, Node(None, "/")
        for key, value in (
            ("d31132", "GENETIC"),
            ("d3112", "BIOLOGICAL"),
            ("d3113", "BIOLOGICAL"),
            ("d3111", "DRUG"),
        ):
            if kind is None and _yes(own, key):
                kind, place = value, _one(own, key)
        before = draft.count("interventions")
        draft.intervention(named[0], kind, place)
        if draft.count("interventions") == before:
            continue
        field, known = f"interventions[{before}].other_names", {named[0].text.casefold()}
        for node in named[1:]:
            if node.text.casefold() not in known:
                known.add(node.text.casefold())
                draft.put(f"{field}[{draft.count(field)}]", node.text, node)


def _product_fields(fields: Fields) -> list[Fields]:
    """The fields of each product by themselves."""
    members = fields.get("dimp", [])
    if members and isinstance(members[0].value, dict):
        products: list[Fields] = []
        for member in members:
            own: Fields = {}
            _gather(member, own)
            products.append(own)
        return products
    cuts = [m.span[0] for m in members if m.span]
    ends = [*cuts[1:], 1 << 60] if cuts else []
    return [
        {
            k: [n for n in nodes if n.span and start <= n.span[0] < end]
            for k, nodes in fields.items()
            if k[0] == "d"
        }
        for start, end in zip(cuts, ends, strict=True)
    ]


def _state_sponsors(draft: Entry, fields: Fields) -> None:
    names = [n for n in fields.get("b11", []) if n.text] or [_one(fields, "sponsorname")]
    status = _one(fields, "b31")
    class_ = "INDUSTRY" if status.text.casefold() == "commercial" else None
    draft.sponsor("lead_sponsor", names[0], class_, status)
    for name in [*names[1:], *fields.get("b41", [])]:
        draft.collaborator(name)
    office, person = _one(fields, "b51"), _one(fields, "b52")
    draft.contact(
        person if person.text else office,
        (person if person.text else office).text,
        phone=_one(fields, "b54"),
        email=_one(fields, "b56"),
        affiliation=office if person.text else Node(None),
    )
