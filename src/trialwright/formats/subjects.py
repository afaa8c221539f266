"""Which disease a text is about and which treatment it tries, as far as its own words say so.

Takes a stretch of English, gives the words for the condition and the intervention with their places.
It knows no diseases or drugs by name, only how texts speak of them; a phrase without a word that marks
a disease or a treatment is left alone.
"""

from __future__ import annotations

import re

from msgspec import Struct


class Phrase(Struct, frozen=True):
    """Words for a thing and where they stand."""

    value: str
    start: int
    end: int


_PEOPLE = (
    r"(?:patients?|participants?|subjects?|people|adults?|children|women|men|individuals|persons?|volunteers)"
)
DISEASE = re.compile(
    r"\b(?:\w+(?:itis|omas?|osis|oses|a?emias?|pathy|pathies|penia|plasia|trophy|plegia|algia|ectasis|"
    r"opia)|cancers?|carcinoma|"
    r"tumou?rs?|neoplasms?|failure|diseases?|syndrome|infections?|disorders?|diabetes|cirrhosis|AIDS|"
    r"HIV(?:-\d)?|COVID-19|"
    r"stroke|infarction|injur(?:y|ies)|deficiency|lupus|asthma|epilepsy|dementia|hypertension|arthritis|"
    r"obesity|"
    r"depression|pain|ulcers?|fractures?|stenosis|hepatitis|pneumonia|sepsis|malaria|ARDS|COPD|[A-Z]{1,3}HD|"
    r"insufficiency|autism|palsy|defects?|rejection|burns?|wounds?|rupture|degeneration|atresia|fistulas?|"
    r"SLE|ALS|IBD)\b",
    re.IGNORECASE,
)
TREATMENT = re.compile(
    r"(?:\w*cells?|\w*MSCs?|\w*HSCs?|\w*MNCs?|T-cells|therap(?:y|ies)|treatments?|transplant\w*|infusions?|"
    r"transfusions?|"
    r"injections?|vaccin\w*|surgery|saline|placebo|vehicle|pacing|devices?|stimulation|training|"
    r"supplement\w*|exercise|"
    r"diet|regimen|drugs?|care|plasma|graft\w*|stents?|acupuncture|laser|tablets?|capsules?|"
    r"\w+(?:mab|nib|vir|vudine|statin|cept|cillin|mycin|platin|taxel|olol|pril|sartan|gliptin|gliflozin|"
    r"azole|parin|globulin|"
    r"cyclin|sporine?|kine|grastim|tide|insulin|poietin|steroids?|sone|solone|caine|dipine|prazole|setron|"
    r"lukast|"
    r"oxacin|amide|azine|idine|mide|EPO)|(?-i:[A-Z]{2,}[\w-]*\d[\w-]*))$",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:(?:the|this|these|refractory|relapsed|severe|or|and|active|chronic|acute|advanced|underlying|such|"
    r"their|other|same)\s+)*(?:diseases?|disorders?|syndrome|infections?|pain|injury|failure)",
    re.IGNORECASE,
)
_STOPS = frozenset(
    "who whom whose that which were was is are be been being have has had having on at after before during "
    "to receiving "
    "undergoing despite by under than as from treated enrolled when while whereas if will can could may "
    "might must should we "
    "it they in into for versus vs compared via through over within without although because using based "
    "followed "
    "received helps help improves improve reduces reduce prevents prevent increases increase against but "
    "not and/or treated".split()
)
_TOKEN = re.compile(
    r"\([^()\n]{1,80}\)|[^\s(),.;:，。；]+(?:\.\d+|[.](?=\w))*[^\s(),.;:，。；]*|[(),.;:，。；]"
)
_WITH = re.compile(
    rf"\b{_PEOPLE}\s+(?:suffering\s+from|diagnosed\s+with|with|affected\s+by)\s+(?:an?\s+|the\s+)?",
    re.IGNORECASE,
)
_TREATMENT_OF = re.compile(
    r"\b(?:treatment|therapy|management|treating|treat|cure|prevention)\s+(?:of|"
    r"for)?\s*(?:patients?\s+with\s+)?(?:the\s+)?",
    re.IGNORECASE,
)
_WORKS_IN = re.compile(
    r"\b(?:safe|effective|efficacious|useful|beneficial|works?|feasible|"
    r"tolerated)(?:\s+and\s+\w+)?\s+(?:in|for|against)\s+(?:an?\s+|the\s+)?",
    re.IGNORECASE,
)
_BEFORE_PEOPLE = re.compile(
    rf"(?P<words>(?:[A-Za-z][\w\-/]{{0,60}}\s+){{0,3}}(?:[A-Za-z][\w\-/]{{0,60}}-infected|[A-Za-z][\w\-/]{{0,60}}))"
    rf"\s+{_PEOPLE}\b",
    re.IGNORECASE,
)
_INFECTED = re.compile(r"(?P<germ>\b[\w\-/]+)-infected", re.IGNORECASE)
_FOLLOWED = re.compile(
    r"\b(?:safety|efficacy|effectiveness|feasibility|tolerability|effects?|benefits?|responses?|use|impact|"
    r"influence)"
    r"(?:\s*(?:,|and|/|&)\s*(?:(?:initial|preliminary|clinical|immunological|"
    r"therapeutic)\s+)?\w+){0,3}\s+of\s+(?:the\s+|an?\s+)?(?:use\s+of\s+)?",
    re.IGNORECASE,
)
_WHETHER = re.compile(r"\bwhether\s+(?:the\s+|an?\s+)?", re.IGNORECASE)
_WE_GAVE = re.compile(
    r"\bwe\s+(?:added|infused|gave|administered|injected|transplanted|transfused|used)\s+", re.IGNORECASE
)
_AIM = re.compile(
    r"\b(?:purpose|aim(?:s|ed)?|objective|goal|question|investigate|tested|hypothesi[sz]ed?|"
    r"(?:study|trial|we)\s+(?:evaluated|assessed|compared|asks))\b[^.]{0,400}",
    re.IGNORECASE,
)
_STUDY_OF = re.compile(r"\b(?:study|trial)\s+of\s+(?:the\s+|an?\s+)?", re.IGNORECASE)
_LEADING = re.compile(
    r"(?:the|an?|some|all|these|those|chronic(?=\s+-)|with|in|of|for|and|or|most|many|such|many of|our)\s+",
    re.IGNORECASE,
)


def phrase_at(text: str, start: int, end: int, extra: frozenset[str] = frozenset()) -> Phrase | None:
    """The noun phrase that begins at a place: up to a verb, a preposition or a sign that ends it."""
    last = start
    count = 0
    for match in _TOKEN.finditer(text, start, min(end, start + 240)):
        word = match.group()
        if text[last : match.start()].count("\n") > 1 or count >= 14:
            break
        if word[0] == "(":
            if count and re.fullmatch(r"\([A-Z][\w\-/ ]{0,15}\)", word):
                last = match.end()
                count += 1
                continue
            break
        due_to = word.lower() == "to" and text[last - 3 : last].lower() == "due"
        if word in ",.;:)，。；(" or (word.lower() in _STOPS and not due_to) or word.lower() in extra:
            break
        last = match.end()
        count += 1
    words = text[start:last].rstrip(" -–—")
    while (
        (tail := words.rsplit(None, 1))
        and len(tail) == 2
        and tail[1].lower() in {"and", "or", "of", "with", "the", "a", "due"}
    ):
        words = tail[0]
    return Phrase(" ".join(words.split()), start, start + len(words)) if words.strip() else None


def find_condition(text: str, start: int, end: int, *, by_word: bool = False) -> Phrase | None:
    """The condition of the people whom the text is about; the sentence that names the aim is asked first.

    `by_word` takes the first disease of the text where no words tie one to people.
    """
    for aim in _AIM.finditer(text, start, end):
        if found := _condition_in(text, aim.start(), min(end, aim.end()), by_word=False):
            return found
    return _condition_in(text, start, end, by_word=by_word)


def _condition_in(text: str, start: int, end: int, *, by_word: bool) -> Phrase | None:
    for form in (_WITH, _WORKS_IN, _TREATMENT_OF):
        for match in form.finditer(text, start, end):
            found = _disease(
                phrase_at(text, match.end(), end, frozenset({"and"}) if form is not _WITH else frozenset())
            )
            if found:
                return found
    for match in _BEFORE_PEOPLE.finditer(text, start, end):
        found = _infected_or_ill(match)
        if found:
            return found
    for match in DISEASE.finditer(text, start, end) if by_word else ():
        found = _with_adjectives(text, match.start(), match.end(), start)
        if not _GENERIC.fullmatch(found.value):
            return found
    return None


def _disease(phrase: Phrase | None) -> Phrase | None:
    """The phrase where it names a disease, without an "and ..." that names none."""
    if phrase is None:
        return None
    words, joint, tail = phrase.value.rpartition(" and ")
    if joint and not DISEASE.search(tail):
        phrase = Phrase(words, phrase.start, phrase.end - len(joint) - len(tail))
    if _GENERIC.fullmatch(phrase.value):
        return None
    if not DISEASE.search(phrase.value) and not re.search(r"\b[A-Z]{3,6}\b", phrase.value):
        return None
    return phrase


def _infected_or_ill(match: re.Match[str]) -> Phrase | None:
    words = match["words"]
    start = match.start("words")
    while lead := _LEADING.match(words):
        words, start = words[lead.end() :], start + lead.end()
    tokens = words.split()
    # Only what directly belongs to the disease: a verb or preposition before it ends the phrase.
    for position in range(len(tokens) - 1, -1, -1):
        if tokens[position].lower() in _STOPS | {"of", "with", "and", "or", "the", "all", "each"}:
            kept = tokens[position + 1 :]
            break
    else:
        kept = tokens
    if not kept:
        return None
    begin = (
        start + words.rindex(kept[0])
        if len(kept) == 1
        else start + words.index(" ".join(kept))
        if " ".join(kept) in words
        else start
    )
    phrase = match.string[begin : match.end("words")]
    if infected := _INFECTED.search(phrase):
        return Phrase(
            f"{phrase[: infected.start()]}{infected['germ']} infection", begin, begin + infected.end()
        )
    if DISEASE.fullmatch(kept[-1]):
        return Phrase(phrase, begin, match.end("words"))
    return None


def _with_adjectives(text: str, start: int, end: int, limit: int) -> Phrase:
    """The word for a disease with up to three adjectives before it."""
    head = text[max(limit, start - 60) : start]
    begin = start
    for _ in range(3):
        before = re.search(r"(?<![\w\-])([A-Za-z][\w\-]*)[ \t]$", head)
        if before is None or before[1].lower() in _STOPS | {
            "of",
            "the",
            "a",
            "an",
            "and",
            "or",
            "with",
            "where",
            "this",
            "several",
            "many",
            "some",
        }:
            break
        begin -= len(head) - before.start()
        head = head[: before.start()]
    return Phrase(" ".join(text[begin:end].split()), begin, end)


def find_intervention(text: str, start: int, end: int) -> Phrase | None:
    """The treatment that the text says it tries."""
    for form in (_FOLLOWED, _WHETHER, _WE_GAVE, _STUDY_OF):
        for match in form.finditer(text, start, end):
            begin = match.end()
            while lead := _LEADING.match(text, begin, end):
                begin = lead.end()
            found = phrase_at(text, begin, end, frozenset({"and", "with", "to"}))
            if found and is_treatment(found.value):
                return found
    # A title may begin with the treatment: "X Cells for Y in Z Patients".
    if (
        end - start < 300
        and (found := phrase_at(text, start, end, frozenset({"with", "to"})))
        and found.end < end
    ):
        following = text[found.end : end].split(None, 1)
        if following and following[0].lower() in ("for", "in", "to") and is_treatment(found.value):
            return found
    return None


def is_treatment(words: str) -> bool:
    """Whether a phrase has a word for a treatment that is not only the word study or trial."""
    plain = re.sub(r"\([^()]*\)", " ", words)
    return (
        any(TREATMENT.fullmatch(token) for token in re.split(r"[\s/,]+", plain) if len(token) > 1)
        and len(words) < 160
    )
