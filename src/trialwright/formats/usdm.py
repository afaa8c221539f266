"""CDISC USDM, versions 3 and 4: the study definition as JSON.

Takes such a document, gives one record: titles, design, arms, criteria, objectives and interventions of
the study's last version. Placeholders that the standard demands are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from trialwright.formats.document import Document
from trialwright.formats.entries import Entry, clean, collect, guarded, part_of, refuse
from trialwright.formats.nodes import Node, read_json
from trialwright.formats.usdmtext import Texts
from trialwright.language import enumerations as lists
from trialwright.model.source import Record
from trialwright.model.study import Refusal

NAME = "usdm"
# What its documents look like before anybody reads them.
KINDS = ("JSON",)

_NOTHING = "it is no USDM study: it has no version with titles or a design"
_TITLES = {"C207615": "brief_title", "C207616": "official_title", "C94108": "acronym", "C207646": "acronym"}
_TITLE_WORDS = (("brief", "brief_title"), ("official", "official_title"), ("acronym", "acronym"))
_PHASES = {"C15600": ("PHASE1",), "C15601": ("PHASE2",), "C15602": ("PHASE3",), "C15603": ("PHASE4",),
           "C15693": ("PHASE1", "PHASE2"), "C15694": ("PHASE2", "PHASE3"), "C54721": ("EARLY_PHASE1",),
           "C48660": ("NA",)}  # fmt: skip
_MODELS = {"C82637": "CROSSOVER", "C82638": "FACTORIAL", "C82639": "PARALLEL", "C82640": "SINGLE_GROUP",
           "C142568": "SEQUENTIAL"}  # fmt: skip
_MASKS = {"C49659": "NONE", "C28233": "SINGLE", "C15228": "DOUBLE", "C66959": "TRIPLE", "C156592": "NONE"}
_PLACEHOLDER = re.compile(
    r"(?:not (?:available|applicable|specified|provided)|n/?a|tbd|none|placeholder|-+)?\.?", re.IGNORECASE
)
_KINDS = {"C1909": "DRUG", "C307": "BIOLOGICAL", "C16830": "DEVICE", "C1505": "DIETARY_SUPPLEMENT"}
_AGE_UNITS = {"C29848": "year", "C29846": "month", "C29844": "week", "C25301": "day", "C25529": "hour"}
_INCLUSION, _EXCLUSION = "C25532", "C25370"


def sniff(text: str) -> float:
    """The standard's name for its own version."""
    shaped = text.lstrip()[:1] in ("{", "[") and '"usdmVersion"' in text and '"versions"' in text
    return 0.98 if shaped else 0.0


def read(document: Document) -> tuple[Record | Refusal, ...]:
    """A record a study."""
    return collect(document, _items(document))


def _items(document: Document) -> Iterator[Record | Refusal]:
    for position, item in enumerate(read_json(document.text)):
        if item.node is None:
            yield refuse(document, item.name, item.problem)
            continue
        part = part_of(document, item.text, item.name)
        yield guarded(document, item.name, _NOTHING, _record, part, item.node, position)


def _said(node: Node) -> Node:
    """The node without tags that stand for values elsewhere; nothing for a placeholder."""
    words = clean(node.text)
    return Node(None if _PLACEHOLDER.fullmatch(words) else words, node.pointer)


def _code(node: Node) -> Node:
    """The code of a term, whether it stands alone or beside aliases."""
    return node.at("standardCode") if node.at("standardCode") else node


def _record(document: Document, whole: Node, position: int) -> Record:
    study = whole.at("study") if whole.at("study") else whole
    versions = study.each("versions")
    if not versions:
        raise ValueError("no version")
    version = versions[-1]
    designs = [*version.each("studyDesigns")]
    design = designs[0] if designs else Node(None, version.pointer)
    draft = Entry(document, NAME, position)
    texts = Texts(whole)
    if len(designs) > 1:
        draft.note("several_designs", f"the version has {len(designs)} designs; the first is read")
    _state_titles(draft, study, version)
    everyone = (*version.each("organizations"), *study.each("organizations"))
    organisations = {n.at("id").text: n for n in everyone if n.at("id").text}
    _state_numbers(draft, version, organisations)
    draft.text_of("brief_summary", _said(study.at("description")))
    _state_design(draft, version, design)
    for indication in design.each("indications"):
        label = _said(indication.at("label"))
        draft.name("conditions", label if label.text else _said(indication.first("name", "description")))
    _state_population(draft, design.at("population"))
    _state_criteria(draft, version, design, texts)
    _state_outcomes(draft, design, texts)
    _state_arms(draft, version, design)
    _state_sponsor(draft, version, organisations)
    _state_places(draft, organisations)
    return draft.record()


def _state_titles(draft: Entry, study: Node, version: Node) -> None:
    for title in version.each("titles"):
        kind = title.at("type")
        words = kind.at("decode").text.casefold()
        field = _TITLES.get(kind.at("code").text) or next((f for w, f in _TITLE_WORDS if w in words), None)
        if field and not draft.holds(field):
            draft.text_of(field, _said(title.at("text")))
    if not draft.holds("brief_title") and not draft.holds("official_title"):
        draft.text_of("brief_title", _said(study.first("label", "name")), 0.7)


def _state_numbers(draft: Entry, version: Node, organisations: dict[str, Node]) -> None:
    for number in version.each("studyIdentifiers"):
        words = _said(number.first("text", "studyIdentifier"))
        scope = organisations.get(number.at("scopeId").text) or number.at("studyIdentifierScope")
        kind = scope.at("type") if scope.at("type") else scope.at("organizationType")
        names = f"{kind.at('decode').text} {scope.first('name', 'label').text}".casefold()
        role = (
            "registry"
            if "regist" in names
            else "sponsor"
            if "sponsor" in names or "pharma" in names
            else "secondary"
        )
        draft.identifier(words, "secondary" if role == "registry" else role)
    for number in version.each("referenceIdentifiers"):
        draft.identifier(_said(number.at("text")), "other")


def _state_design(draft: Entry, version: Node, design: Node) -> None:
    kind = _code(design.at("studyType") if design.at("studyType") else version.at("studyType"))
    value = lists.read_study_type(kind.at("decode").text)
    if value:
        draft.put("study_type", value, kind.at("decode"))
    elif design.at("instanceType").text == "InterventionalStudyDesign":
        draft.put("study_type", "INTERVENTIONAL", design.at("instanceType"))
    phase = _code(design.at("studyPhase") if design.at("studyPhase") else version.at("studyPhase"))
    if known := _PHASES.get(phase.at("code").text):
        draft.put("phases", list(known), phase.at("decode") if phase.at("decode").text else phase.at("code"))
    else:
        draft.phases(phase.at("decode"))
    model = design.at("model") if design.at("model") else design.at("interventionModel")
    _coded(draft, "design.intervention_model", _code(model), _MODELS, lists.read_model)
    _coded(draft, "design.masking", _code(design.at("blindingSchema")), _MASKS, _masking)
    for trait in design.each("characteristics"):
        words = trait.at("decode")
        if re.fullmatch(r"(?:non|not)[\s-]?randomi[sz]ed.*", words.text, re.IGNORECASE):
            draft.put("design.allocation", "NON_RANDOMIZED", words)
        elif re.fullmatch(r"randomi[sz](?:ed|ation).*", words.text, re.IGNORECASE):
            draft.put("design.allocation", "RANDOMIZED", words)
    told = (n for name in ("subTypes", "intentTypes", "trialIntentTypes") for n in design.each(name))
    aims = [(v, n) for n in told if (v := lists.read_purpose(_without_study(n.at("decode").text)))]
    if len(aims) == 1:
        draft.put("design.primary_purpose", aims[0][0], aims[0][1].at("decode"))


def _without_study(words: str) -> str:
    """The words of a term without "study" or "trial" behind them."""
    return re.sub(r"\s+(?:study|trial)$", "", words, flags=re.IGNORECASE)


def _masking(words: str) -> str | None:
    found = lists.read_masking(words)
    return found[0] if found else None


def _coded(
    draft: Entry, field: str, code: Node, table: dict[str, str], read: Callable[[str], str | None]
) -> None:
    words = code.at("decode")
    value = table.get(code.at("code").text) or read(_without_study(words.text))
    if value:
        draft.put(field, value, words if words.text else code.at("code"))
    elif words.text:
        draft.unread(field, words)


def _state_population(draft: Entry, people: Node) -> None:
    sexes = [_code(s) for s in people.each("plannedSex")]
    found = {lists.read_sex(s.at("decode").text) for s in sexes} - {None}
    if found:
        sex = "ALL" if len(found) > 1 else next(iter(found))
        draft.put("eligibility.sex", sex, sexes[0].at("decode"))
    healthy = people.at("includesHealthySubjects")
    if healthy.flag is not None:
        draft.put("eligibility.healthy_volunteers", healthy.flag, healthy)
    ages = people.at("plannedAge")
    for side, name in (("minimum", "minValue"), ("maximum", "maxValue")):
        limit = ages.at(name)
        number = limit.at("value") if isinstance(limit.value, dict) else limit
        unit = _code((limit if limit.at("unit") else ages).at("unit"))
        if number.text:
            words = _AGE_UNITS.get(unit.at("code").text) or unit.at("decode").text or "year"
            text = str(number.value).removesuffix(".0")
            draft.age(side, Node(text, number.pointer), words)
    planned = people.first("plannedEnrollmentNumber", "plannedEnrollmentNumberQuantity")
    for name in (
        "plannedEnrollmentNumber",
        "plannedEnrollmentNumberQuantity",
        "plannedEnrollmentNumberRange",
    ):
        size = people.at(name)
        if isinstance(size.value, dict):
            planned = size.first("value", "maxValue")
            if not planned.text:
                planned = size.at("maxValue", "value")
        if planned.text:
            text = str(planned.value).removesuffix(".0")
            draft.people("planned", Node(text, planned.pointer))
            return


def _state_criteria(draft: Entry, version: Node, design: Node, texts: Texts) -> None:
    items = {n.at("id").text: n for n in version.each("eligibilityCriterionItems")}
    own = [*design.each("eligibilityCriteria"), *design.at("population").each("criteria")]
    parts = []
    for heading, category in (("Inclusion", _INCLUSION), ("Exclusion", _EXCLUSION)):
        lines: list[str] = []
        for criterion in own:
            if criterion.at("category", "code").text != category:
                continue
            item = items.get(criterion.at("criterionItemId").text)
            words = texts.words((item or criterion).at("text")).text
            if words and not _PLACEHOLDER.fullmatch(words):
                lines.append(f"{len(lines) + 1}. {words}")
        if lines:
            parts.append(f"{heading} Criteria:\n" + "\n".join(lines))
    if parts:
        slot = "eligibilityCriteria" if design.each("eligibilityCriteria") else "population/criteria"
        place = f"{design.pointer}/{slot}"
        draft.put("eligibility.text", "\n\n".join(parts), Node(None, place))


def _state_outcomes(draft: Entry, design: Node, texts: Texts) -> None:
    for objective in design.each("objectives"):
        for endpoint in objective.each("endpoints"):
            told = f"{endpoint.at('level', 'decode').text} {objective.at('level', 'decode').text}".casefold()
            level = "primary" if "primary" in told else "secondary" if "secondary" in told else "other"
            more = _said(texts.words(endpoint.at("description")))
            draft.outcome(level, _said(texts.words(endpoint.at("text"))), None, more)


def _state_arms(draft: Entry, version: Node, design: Node) -> None:
    """Arms, and what each gets by its cells and their elements."""
    given = [*version.each("studyInterventions"), *design.each("studyInterventions")]
    names = {}
    for node in given:
        label = _said(node.first("label", "name"))
        term = _code(node.at("type"))
        kind = _KINDS.get(term.at("code").text) or lists.read_intervention_type(term.at("decode").text)
        more = _said(node.at("description"))
        name = draft.intervention(
            label, kind, _code(node.at("type")).at("decode"), more if more.text != label.text else None
        )
        if name:
            names[node.at("id").text] = (name, label)
    elements = {n.at("id").text: n for n in design.each("elements")}
    for arm in design.each("arms"):
        label = _said(arm.first("label", "name"))
        if not label.text:
            continue
        field = draft.next("arms")
        draft.put(f"{field}.label", label.text, label)
        kind_words = arm.at("type", "decode")
        if value := lists.read_arm_type(
            re.sub(r"investigational", "experimental", kind_words.text, flags=re.IGNORECASE)
        ):
            draft.put(f"{field}.type", value, kind_words)
        draft.text_of(f"{field}.description", _said(arm.at("description")))
        told = [
            number
            for cell in design.each("studyCells")
            if cell.at("armId").text == arm.at("id").text
            for element in cell.each("elementIds")
            if element.text in elements
            for number in elements[element.text].each("studyInterventionIds")
        ]
        for number in {n.text: n for n in told}.values():
            if number.text in names:
                place = f"{field}.interventions"
                draft.put(f"{place}[{draft.count(place)}]", names[number.text][0], names[number.text][1])


def _state_sponsor(draft: Entry, version: Node, organisations: dict[str, Node]) -> None:
    for role in version.each("roles"):
        code = role.at("code")
        lead = code.at("code").text == "C70793" or code.at("decode").text.casefold() == "sponsor"
        if not lead and "sponsor" not in code.at("decode").text.casefold():
            continue
        for number in role.each("organizationIds"):
            if number.text in organisations:
                _state_one(draft, organisations[number.text], lead)
    if draft.holds("lead_sponsor"):
        return
    for number in version.each("studyIdentifiers"):
        scope = organisations.get(number.at("scopeId").text) or number.at("studyIdentifierScope")
        kinds = (scope.at("type", "decode").text + scope.at("organizationType", "decode").text).casefold()
        if "sponsor" in kinds:
            _state_one(draft, scope, True)


def _state_one(draft: Entry, scope: Node, lead: bool) -> None:
    name = _said(scope.first("label", "name"))
    kind = scope.at("type", "decode")
    if lead and not draft.holds("lead_sponsor"):
        draft.sponsor("lead_sponsor", name, "INDUSTRY" if "pharma" in kind.text.casefold() else None, kind)
    else:
        draft.collaborator(name)


def _state_places(draft: Entry, organisations: dict[str, Node]) -> None:
    for organisation in organisations.values():
        for site in organisation.each("managedSites"):
            country = site.at("country")
            address = organisation.at("legalAddress")
            draft.location(
                facility=_said(site.first("label", "name")),
                city=_said(address.at("city")),
                country=country.at("decode") if country.at("decode").text else _code(country).at("decode"),
            )
