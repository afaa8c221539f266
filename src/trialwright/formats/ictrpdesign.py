"""Design, size and spreadsheet traps of an ICTRP row, as some twenty registers word them.

Takes the draft of a record and one cell, states what the cell says.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from trialwright.formats.entries import Entry, clean
from trialwright.formats.nodes import Node
from trialwright.language import enumerations as lists

_LABEL = re.compile(
    r"(?P<label>allocation|intervention(?:al)? (?:study )?model|assignment|primary purpose|purpose|masking|"
    r"blinding|randomi[sz]ation|control|type of endpoint|endpoint classification|time perspective|"
    r"observational (?:study )?model)\s*[:：]\s*",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"(?P<name>Controlled|Randomi[sz]ed|Open|Single blind|Double blind|Parallel group|Cross over)\s*:\s*"
    r"(?P<answer>yes|no)\b",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\s*(?P<label>[^:：;；\d][^:：;；]{0,80}?)\s*[:：]\s*(?P<n>\d{1,7})\s*")
_MODEL = re.compile(
    r"\b(?P<PARALLEL>parallel)\b|\b(?P<CROSSOVER>cross-?\s?over)\b|\b(?P<FACTORIAL>factorial)\b|"
    r"\b(?P<SINGLE_GROUP>single[\s-](?:arm|group))\b|\b(?P<SEQUENTIAL>sequential)\b",
    re.IGNORECASE,
)
_MASK = re.compile(r"\b(single|double|triple|quadruple)[\s-](?:blind|mask)", re.IGNORECASE)
_BY_COUNT = {1: "SINGLE", 2: "DOUBLE", 3: "TRIPLE", 4: "QUADRUPLE"}
# A design is told in a few lines.
_LONGEST = 20_000
_SERIAL = re.compile(r"[34]\d{4}(?:\.0+)?")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def undo_spreadsheet_date(draft: Entry, node: Node) -> Node:
    """A cell that is the number of a day, or a day and month, as an ISO date; any other cell as it is."""
    words = node.text
    if _SERIAL.fullmatch(words):
        day = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(float(words)))
        return Node(day.isoformat(), node.pointer, node.span)
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00)?(?:\.0+)?)?", words):
        return Node("-".join(found.groups()), node.pointer, node.span)
    if found := re.fullmatch(r"(\d{1,2})-([A-Za-z]{3})(?:-\d{2,4})?", words):
        month = found[2].casefold()
        if month in _MONTHS and 1 <= int(found[1]) <= 28:
            return Node(f"2020-{_MONTHS.index(month) + 1:02}-{int(found[1]):02}", node.pointer, node.span)
    if found := re.fullmatch(r"([A-Za-z]{3})-(\d{1,2})", words):
        month = found[1].casefold()
        if month in _MONTHS and 1 <= int(found[2]) <= 28:
            return Node(f"2020-{_MONTHS.index(month) + 1:02}-{int(found[2]):02}", node.pointer, node.span)
    return node


def state_size(draft: Entry, node: Node) -> None:
    """The number of people planned; sizes of groups are added up and the groups kept as arms."""
    words = clean(node.text[:_LONGEST])
    pieces = [p for p in re.split(r"[;；]", words) if p.strip()]
    found = [_SIZE.fullmatch(p) for p in pieces]
    if not pieces or not all(found):
        draft.people("planned", node)
        return
    sizes = [(m["label"].strip(), int(m["n"])) for m in found if m is not None]
    total = sum(n for _, n in sizes)
    if total == 0:
        draft.lack("enrollment.planned", "sentinel")
        return
    draft.put("enrollment.planned", total, node)
    told = [(label, n) for label, n in sizes if n]
    if len(told) > 1 and len({label for label, _ in told}) == len(told):
        for label, size in told:
            arm = f"arms[{draft.count('arms')}]"
            draft.put(f"{arm}.label", label, node)
            draft.put(f"{arm}.size", size, node)


def state_written_design(draft: Entry, node: Node) -> None:
    """The design out of labels ("Masking: Double"), out of yes-or-no answers, or out of bare words."""
    words = clean(node.text[:_LONGEST])
    if not words or lists.is_unavailable(words):
        return
    answers = {
        m["name"].casefold().replace("z", "s"): m["answer"].casefold() for m in _ANSWER.finditer(words)
    }
    if answers:
        state_answers(draft, {k: v == "yes" for k, v in answers.items()}, dict.fromkeys(answers, node))
        return
    labels = list(_LABEL.finditer(words))
    if labels:
        for piece in re.split(r"[.;,/\n]", words[: labels[0].start()]):
            _state_bare(draft, node, piece.strip())
        ends = [m.start() for m in labels[1:]] + [len(words)]
        for label, end in zip(labels, ends, strict=True):
            _state_labelled(draft, node, label["label"].casefold(), words[label.end() : end].strip(" .;,\n"))
        return
    for piece in re.split(r"[.;,/\n]", words):
        _state_bare(draft, node, piece.strip())


def state_answers(draft: Entry, told: dict[str, bool], places: dict[str, Node]) -> None:
    """The design of a European form, where each kind has its own yes or no.

    Two masks or two models that are both "yes" contradict each other: neither is stated.
    """
    if told.get("randomised"):
        draft.put("design.allocation", "RANDOMIZED", places["randomised"])
    elif told.get("controlled") and "randomised" in told:
        draft.put("design.allocation", "NON_RANDOMIZED", places["randomised"])
    for field, kinds in (
        ("design.masking", {"open": "NONE", "single blind": "SINGLE", "double blind": "DOUBLE"}),
        ("design.intervention_model", {"parallel group": "PARALLEL", "cross over": "CROSSOVER"}),
    ):
        chosen = [name for name in kinds if told.get(name)]
        if len(chosen) == 1:
            draft.put(field, kinds[chosen[0]], places[chosen[0]])
        elif chosen:
            draft.lack(field, "unparsable")
            draft.remark(
                "contradiction", f"{' and '.join(chosen)} are both answered with yes", places[chosen[0]]
            )


def _state_labelled(draft: Entry, node: Node, label: str, words: str) -> None:
    if not words or lists.is_unavailable(words):
        return
    tries = [words, *(re.split(signs, words, maxsplit=1)[0].strip() for signs in (r"[.;\n]", r"[.;,\n]"))]
    if label in ("allocation", "randomization", "randomisation"):
        _put(draft, "design.allocation", _first(lists.read_allocation, tries) or _allocation(tries[2]), node)
    elif label in ("masking", "blinding"):
        found = next((f for t in tries if (f := lists.read_masking(t) or _named_masks(t))), None)
        if found:
            _put(draft, "design.masking", found[0], node)
            if found[1]:
                _put(draft, "design.who_masked", list(found[1]), node)
    elif label in ("primary purpose", "purpose"):
        _put(draft, "design.primary_purpose", _first(lists.read_purpose, tries), node)
    elif label == "assignment" or (label.startswith("intervention") and "model" in label):
        _put(draft, "design.intervention_model", _first(lists.read_model, tries), node)


def _first(read: Callable[[str], str | None], tries: list[str]) -> str | None:
    """The first of some words that a list knows."""
    return next((value for words in tries if (value := read(words))), None)


def _named_masks(words: str) -> tuple[str, tuple[str, ...]] | None:
    """Masking that only names who is masked: "Participant and Investigator Blinded"."""
    if not re.fullmatch(r"[\w ,\-]{3,120}\bblinded", words, re.IGNORECASE):
        return None
    _, roles = lists.read_masking(f"Double ({words})") or ("", ())
    return (_BY_COUNT[len(roles)], roles) if roles else None


def _allocation(words: str) -> str | None:
    """Allocation of longer words: "Randomised controlled trial", "Parallel Randomized"."""
    found = re.search(r"\b(?P<no>(?:non|not)[\s-]?)?randomi[sz]ed\b", words, re.IGNORECASE)
    return None if found is None else "NON_RANDOMIZED" if found["no"] else "RANDOMIZED"


def _state_bare(draft: Entry, node: Node, words: str) -> None:
    """A few words of a design without a label."""
    if not words or len(words) > 80:
        return
    _put(draft, "design.allocation", lists.read_allocation(words) or _allocation(words), node)
    model = _MODEL.search(words)
    _put(draft, "design.intervention_model", model.lastgroup if model else None, node)
    masking = lists.read_masking(words)
    mask = _MASK.search(words)
    _put(draft, "design.masking", masking[0] if masking else mask[1].upper() if mask else None, node)


def _put(draft: Entry, field: str, value: object, node: Node) -> None:
    if value is not None and not draft.holds(field):
        draft.put(field, value, node)
