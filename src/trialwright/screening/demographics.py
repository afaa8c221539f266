"""What a leaf about age, sex and other attributes answers for one person (sections 1 and 7)."""

from __future__ import annotations

from trialwright.model.logic import MET, NOT_MET, Reason, unknown
from trialwright.screening.atoms import AgeAtom, AttributeAtom, SexAtom
from trialwright.screening.person import LeafAnswer, Person, shown_by
from trialwright.screening.windows import judge_age


def answer_age(atom: AgeAtom, person: Person) -> LeafAnswer:
    """The age at the index date, for every birthday that is possible."""
    if person.has_conflicting_birth:
        return LeafAnswer(unknown(Reason.CONFLICT))
    if person.birth is None:
        return LeafAnswer(unknown(Reason.MISSING))
    return shown_by(judge_age(atom.interval, *person.birth, person.day), person.birth_row)


def answer_sex(atom: SexAtom, person: Person) -> LeafAnswer:
    """The recorded sex."""
    if len(person.sexes) != 1:
        return LeafAnswer(unknown(Reason.CONFLICT if person.sexes else Reason.MISSING))
    return LeafAnswer(MET if person.sexes <= atom.wanted else NOT_MET)


def answer_attribute(atom: AttributeAtom, person: Person) -> LeafAnswer:
    """Another attribute with rows of its own."""
    recorded = {c.removeprefix(atom.prefix).lower() for c in person.by_code if c.startswith(atom.prefix)}
    if not recorded:
        return LeafAnswer(unknown(Reason.MISSING))
    return LeafAnswer(MET if recorded & atom.wanted else NOT_MET)
