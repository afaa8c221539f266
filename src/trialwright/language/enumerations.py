"""The closed lists of a registry record (status, phase, sex, masking, ...) read from wild spellings.

Takes the words of one value, gives the spelling of ClinicalTrials.gov's data model, or None when the
words have no honest counterpart there: "Not recruiting" says nothing about before, during or after.
"""

from __future__ import annotations

import re
import unicodedata

_BLANKS = re.compile(r"[\s_/\-–—:;,.&()\[\]*]+")


def _plain(text: str) -> str:
    """Lower case, one blank for every run of blanks and punctuation."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _table(lines: str) -> dict[str, str]:
    """`VALUE: words | words` a line, going on below with `|`, as a look-up from words to values."""
    table = {}
    for line in re.sub(r"\n\s*\|", "|", lines).strip().splitlines():
        value, _, words = line.strip().partition(":")
        for word in (value, *words.split("|")):
            if _plain(word):
                table[_plain(word)] = value
    return table


_STATUS = _table(
    """
    RECRUITING: open | open to recruitment | open public recruiting | ongoing recruiting
      | currently recruiting | restarted | recruitment ongoing
      | 正在招募 | 正在进行 | 招募中 | 进行中 招募中
    NOT_YET_RECRUITING: not yet open | preinitiation | pending | pending not yet recruiting
      | not yet recruiting pending | recruitment pending
      | authorised recruitment pending | 尚未开始 | 尚未招募
      | 进行中 尚未招募
    ACTIVE_NOT_RECRUITING: active | active not recruiting | no longer recruiting
      | ongoing recruitment ended | closed follow up continuing
      | closed to recruitment follow up continuing | recruitment completed
      | recruiting complete follow up continuing | recruitment complete follow up continuing
      | ongoing not recruiting | 招募完成 | 进行中 招募完成
    ENROLLING_BY_INVITATION: enrolling by invitation outpatients are not recruited publicly
    COMPLETED: complete | ended | finished | closed follow up complete
      | closed to recruitment follow up complete | recruiting complete follow up complete
      | recruitment complete follow up complete | completed recruitment data analysis complete
      | complete follow up complete | main results already published | completed results | has results
      | 结束 | 已完成
    TERMINATED: halted prematurely | prematurely terminated
      | stopped early | prematurely ended | terminated early | stopped | 终止 | 主动终止
    SUSPENDED: suspended by ca | suspended by competent authority
      | temporarily halted | temporary halt | temporary halt or suspension | halted | interrupted
      | temporarily closed | 暂停 | 暂停或中断
    WITHDRAWN: withdrawn before enrollment | withdrawn prior to enrollment | cancelled | canceled | 撤回
    UNKNOWN: unknown status | status unknown | 未知
    AVAILABLE:
    NO_LONGER_AVAILABLE:
    TEMPORARILY_NOT_AVAILABLE:
    APPROVED_FOR_MARKETING:
    WITHHELD:
    """
)
_SEX = _table(
    """
    ALL: both | any | male female | female male | female and male | male and female | males and females
      | females and males | men and women | women and men | both genders | both sexes
      | both male and female | female yes male yes | male yes female yes | f m | m f
      | 男女均可 | 男女不限 | 不限
    FEMALE: females | f | women | woman | female only | females only | women only | female yes male no
      | male no female yes | 女 | 女性
    MALE: males | m | men | man | male only | males only | men only | male yes female no
      | female no male yes | 男
      | 男性
    """
)
_ALLOCATION = _table(
    """
    RANDOMIZED: randomised | randomized controlled trial | randomised controlled trial
      | randomly allocated | randomized parallel controlled trial | 随机 | 随机平行对照
    NON_RANDOMIZED: nonrandomized | non randomised | nonrandomised | not randomized
      | non randomized controlled trial | non randomised trial | non randomised controlled trial | 非随机
      | 非随机对照试验
    NA: n a | not applicable
    """
)
_MODEL = _table(
    """
    SINGLE_GROUP: single group assignment | single arm | single arm study | single | single group study
      | 单臂 | 单组
    PARALLEL: parallel assignment | parallel group | parallel groups | parallel group design
      | parallel design | 平行 | 平行分组
    CROSSOVER: crossover assignment | cross over | cross over assignment | crossover design | 交叉
    FACTORIAL: factorial assignment | factorial design | 析因分组
    SEQUENTIAL: sequential assignment | sequential design | 序贯
    """
)
_MASKING = _table(
    """
    NONE: open | open label | none open label | no masking | unblinded | not blinded | no blinding
      | open not masked | masking not used | unmasked | 开放 | 开放标签
    SINGLE: single blind | single blinded | single masked | single masking | blinded single | 单盲
    DOUBLE: double blind | double blinded | double masked | double masking | double blind placebo | 双盲
    TRIPLE: triple blind | triple blinded | triple masked | triple masking | 三盲
    QUADRUPLE: quadruple blind | quadruple blinded | quadruple masked | quadruple masking | 四盲
    """
)
_ROLES = (
    ("PARTICIPANT", re.compile(r"participant|subject|patient(?! safety)|受试者")),
    ("CARE_PROVIDER", re.compile(r"care ?provider|caregiver|care giver|clinician|treating")),
    ("INVESTIGATOR", re.compile(r"investigator|researcher|研究者")),
    ("OUTCOMES_ASSESSOR", re.compile(r"outcomes? assessor|assessor|evaluator|评价者")),
)
_PURPOSE = _table(
    """
    TREATMENT: treatment study | therapeutic | therapy | treatment purpose | 治疗
    PREVENTION: prevention study | preventive | prophylaxis | 预防
    DIAGNOSTIC: diagnosis | 诊断
    ECT: educational counseling training | educational | education | counseling | training
    SUPPORTIVE_CARE: supportive | 支持性照护
    SCREENING: 筛查
    HEALTH_SERVICES_RESEARCH: health services | 卫生服务研究
    BASIC_SCIENCE: basic research | basic sciences | basic science physiological study | 基础科学
    DEVICE_FEASIBILITY: feasibility of a device
    OTHER: 其它 | 其他
    """
)
_ARM = _table(
    """
    EXPERIMENTAL: intervention | experimental group | test | 试验组
    ACTIVE_COMPARATOR: active | active control | 阳性对照
    PLACEBO_COMPARATOR: placebo | placebo control | 安慰剂对照
    SHAM_COMPARATOR: sham | sham control
    NO_INTERVENTION: no treatment | no intervention group
    OTHER: others
    """
)
_INTERVENTION = _table(
    """
    BEHAVIORAL: behavioural | behavior | behaviour | 行为
    BIOLOGICAL: biological vaccine | biologic | vaccine | biological product | 生物制品
    COMBINATION_PRODUCT: combination
    DEVICE: medical device | 器械
    DIAGNOSTIC_TEST: diagnostic
    DIETARY_SUPPLEMENT: supplement | dietary | nutritional supplement
    DRUG: drugs | medicine | medicinal product | 药物
    GENETIC: gene | gene transfer | genetic test
    PROCEDURE: procedure surgery | surgery | surgical | 手术
    RADIATION: radiotherapy | 放射
    OTHER: others | 其他
    """
)
_TYPE = _table(
    """
    INTERVENTIONAL: intervention | interventional study | interventional trial
      | interventional clinical trial | interventional clinical trial of medicinal product
      | clinical trial | interventional studies | 干预性研究
    OBSERVATIONAL: observational study | non interventional | observational patient registry
      | epidemiological study | epidemiological research | epidemilogical research
      | observational non invasive | cohort study | 观察性研究
    EXPANDED_ACCESS: expanded access program | expanded access individual patients | compassionate use
    """
)
_CLASS = _table(
    """
    NIH: n i h
    FED: u s fed | us fed | federal | other u s federal agency | u s federal agency
    OTHER_GOV: other government | other gov
    INDIV: individual | individuals
    INDUSTRY: company
    NETWORK:
    AMBIG:
    OTHER: others
    UNKNOWN:
    """
)
_YES = frozenset({"yes", "y", "true", "accepts healthy volunteers", "healthy volunteers", "accepted", "是"})
_NO = frozenset({"no", "n", "false", "no healthy volunteers", "not accepted", "否"})
_NOT_APPLICABLE = frozenset({"na", "n a", "not applicable", "phase not applicable", "不适用"})
_UNAVAILABLE = frozenset(
    {
        "not available", "not provided", "not specified", "not reported", "no data", "no information",
        "information not available", "unavailable", "none provided", "not stated", "no description available",
        "no description", "nd", "暂无", "未提供", "无资料",
    }
)  # fmt: skip
_NOT_LOADED = re.compile(
    r"\s*(?:loading|please wait|wird geladen|加载中|正在加载)\s*(?:\.{1,3}|…)?\s*", re.IGNORECASE
)

_PHASE_WORD = re.compile(
    r"(?<![a-z0-9])(early\s+)?(?:phase|ph\.?)?\s*[-_ ]?\s*(0|1|2|3|4|iv|iii|ii|i)\s*([abc])?(?![a-z0-9])"
)
_PHASE_NUMBER = {"0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_PHASE_MATRIX = re.compile(r"\(phase\s+(iv|iii|ii|i)\)\s*[:：]\s*(yes|no)")


def read_status(text: str) -> str | None:
    """The recruitment status, or None where no status of the model says the same.

    >>> read_status("Unknown status"), read_status("Active, not recruiting"), read_status("Not Recruiting")
    ('UNKNOWN', 'ACTIVE_NOT_RECRUITING', None)
    """
    plain = _plain(text)
    # One register cuts its words at fifty characters.
    if plain.startswith("open to recruitment actively recruiting"):
        return "RECRUITING"
    if plain in _STATUS:
        return _STATUS[plain]
    # "Terminated (Halted Prematurely)": two words for one status.
    head, _, inner = text.partition("(")
    found = _STATUS.get(_plain(head))
    return found if found and found == _STATUS.get(_plain(inner)) else None


def read_phases(text: str) -> tuple[str, ...] | None:
    """The set of phases, ("NA",) where phases do not apply, None where the words name no phase.

    >>> read_phases("Phase 1/Phase 2"), read_phases("II-III"), read_phases("Phase IIb"), read_phases("N/A")
    (('PHASE1', 'PHASE2'), ('PHASE2', 'PHASE3'), ('PHASE2',), ('NA',))
    >>> read_phases("Not selected"), read_phases("0"), read_phases("43892")
    (None, None, None)
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    if _plain(text) in _NOT_APPLICABLE:
        return ("NA",)
    if matrix := _PHASE_MATRIX.findall(plain):
        numbers = {_PHASE_NUMBER[name] for name, answer in matrix if answer == "yes"}
        return tuple(f"PHASE{n}" for n in sorted(numbers)) or None
    # A lone 0 means different things in different registers; with a word beside it, it is a phase 0.
    if plain == "0" or len(plain) > 80 or not re.fullmatch(r"[\w\s/+,&()\-–.:;~、]*", plain):
        return None
    rest = re.sub(r"\(exploratory trials\)|\b(?:clinical|study|trial|and|to)\b", " ", plain)
    # The Chinese word for a phase stands behind its number.
    rest = re.sub(r"(?<=[0-9iv])\s*[abc]?\s*期(?:临床)?(?:试验|研究)?|、|和|至", " ", rest)
    found = set()
    for early, number, _ in _PHASE_WORD.findall(rest):
        count = _PHASE_NUMBER[number]
        found.add("EARLY_PHASE1" if early or count == 0 else f"PHASE{count}")
    leftover = re.sub(r"[\s/+,&()\-–.:;~]|phase", "", _PHASE_WORD.sub(" ", rest))
    if leftover:
        return None
    return tuple(sorted(found, key=lambda p: (p != "EARLY_PHASE1", p))) or None


def has_phase_letter(text: str) -> bool:
    """Whether a sub-letter is lost when the phase is read: the b of "Phase IIb"."""
    return any(letter for _, _, letter in _PHASE_WORD.findall(text.casefold()))


def read_sex(text: str) -> str | None:
    """Whom the trial takes; "Female: no, Male: no" contradicts itself and gives None.

    >>> read_sex("Both, male and female"), read_sex("Female, Male"), read_sex("Females"), read_sex("-")
    ('ALL', 'ALL', 'FEMALE', None)
    """
    plain = _plain(re.sub(r"<[^<>]*>", " ", text))
    if plain in _SEX:
        return _SEX[plain]
    # "Both males and females" says the same twice.
    return "ALL" if plain.startswith("both ") and _SEX.get(plain.removeprefix("both ")) == "ALL" else None


def read_allocation(text: str) -> str | None:
    """How people come into arms."""
    return _ALLOCATION.get(_plain(text))


def read_model(text: str) -> str | None:
    """How arms follow on one another.

    >>> read_model("SINGLE GROUP ASSIGNMENT"), read_model("Cross-over")
    ('SINGLE_GROUP', 'CROSSOVER')
    """
    return _MODEL.get(_plain(text))


def read_masking(text: str) -> tuple[str, tuple[str, ...]] | None:
    """How many roles are masked, and which the words name.

    >>> read_masking("Double (Participant, Outcomes Assessor)")
    ('DOUBLE', ('PARTICIPANT', 'OUTCOMES_ASSESSOR'))
    >>> read_masking("None (Open Label)")
    ('NONE', ())
    """
    head, _, tail = text.partition("(")
    masking = _MASKING.get(_plain(text)) or _MASKING.get(_plain(head))
    if masking is None:
        return None
    words = tail.casefold()
    return masking, tuple(role for role, form in _ROLES if masking != "NONE" and form.search(words))


def read_purpose(text: str) -> str | None:
    """What the trial is for."""
    return _PURPOSE.get(_plain(text))


def read_arm_type(text: str) -> str | None:
    """What an arm is: `Placebo Comparator`, "Active Comparator group"."""
    plain = _plain(text)
    return _ARM.get(plain) or _ARM.get(re.sub(r" (?:group|arm)$", "", plain))


def read_intervention_type(text: str) -> str | None:
    """What an intervention is: drug, device, procedure and so on."""
    return _INTERVENTION.get(_plain(text))


def read_study_type(text: str) -> str | None:
    """Whether the study intervenes."""
    return _TYPE.get(_plain(text))


def read_sponsor_class(text: str) -> str | None:
    """The class of a funder."""
    return _CLASS.get(_plain(text))


def read_yes_no(text: str) -> bool | None:
    """Yes or no, as asked of healthy volunteers."""
    plain = _plain(text)
    return True if plain in _YES else False if plain in _NO else None


def is_not_applicable(text: str) -> bool:
    """Whether the words say that the question does not arise."""
    return _plain(text) in _NOT_APPLICABLE


def is_unavailable(text: str) -> bool:
    """Whether the words say only that there is no information."""
    return _plain(text) in _UNAVAILABLE


def is_not_loaded(text: str) -> bool:
    """Whether a page was copied before this part of it had come."""
    return _NOT_LOADED.fullmatch(text) is not None


_ORGANISATION = re.compile(
    r"(?:^|\b)(?:universit|hospital|h[oô]pita|hospice|krankenhaus|klinik|clinic|institut|cent(?:er|re|"
    r"ro)\b|foundation|"
    r"fund(?:a|ación|ação)|stiftung|group|compan|pharm|therap|bio|inc\b|ltd\b|limited|llc\b|gmbh|corp|"
    r"plc\b|s\.?a\.?s?\b|s\.?p\.?a\.?\b|n\.?v\.?\b|b\.?v\.?\b|a\.?g\.?\b|a/s\b|kg\b|co\b|ministr|college|"
    r"school|society|network|trust|"
    r"laborator|labs?\b|agency|authority|department|division|association|academy|council|committee|consorti|"
    r"medic|health|research|scienc|national|federal|region|county|city|state|army|navy|military|veteran|"
    r"affairs|force|cancer|care\b|cells?\b|stem|gene|vaccin|solution|system|technolog|diagnos|device|"
    r"surg|vision|eye\b|heart|child|memorial|general|international|global|world|cooperative|study|trials?\b|"
    r"oncolog|cardio|neuro|ortho|dental|nutrition|products?\b|industr|holding|partner|service|"
    r"program|project|team|office|board|bureau|alliance|initiative|union|federation|organi[sz]ation|"
    r"rigshospital|assistance|karolinska|charit|permanente|novo nordisk|eli lilly|boehringer|"
    r"bristol|daiichi|hoffmann|merck|kyowa|otsuka|takeda|johnson|novartis|bayer|sanofi|pfizer|astellas|"
    r"大学|医院|公司|研究|中心)",
    re.IGNORECASE,
)
_DEGREES = re.compile(
    r"(?:,?\s*\(?\b(?:M\.?\s?D|Ph\.?\s?D|M\.?\s?Sc|B\.?\s?Sc|M\.?\s?P\.?\s?H|D\.?\s?O|Dr\. ?med|"
    r"MBBS|MBChB|FRCP|MS|MA|RN|"
    r"Pharm\.?\s?D|Professor|Prof|DDS|DMD|Sc\.?\s?D)\b\.?\)?)+\s*$"
)
_HONOUR = re.compile(r"^(?:Prof(?:essor)?\.?|Dr\.?|Mr\.?|Mrs\.?|Ms\.?)(?:\s+|$)", re.IGNORECASE)
_NAME_PART = re.compile(r"[^\W\d_](?:[^\W\d_]|['’\-.])*", re.UNICODE)
_PARTICLES = frozenset(
    {"de", "van", "von", "der", "den", "la", "le", "el", "al", "bin", "da", "dos", "di", "del", "ter"}
)


def looks_like_person(name: str) -> bool:
    """Whether the words are a person's name and no organisation's.

    >>> looks_like_person("Li-Hua Chen"), looks_like_person("maria de la cruz, Ph. D")
    (True, True)
    >>> looks_like_person("Riverside General Hospital"), looks_like_person("LivaNova")
    (False, False)
    """
    plain = " ".join(name.split())
    if len(plain) > 60:
        return False
    titled = bool(_DEGREES.search(plain) or _HONOUR.search(plain))
    plain = _HONOUR.sub("", _DEGREES.sub("", plain)).strip(" ,")
    if not plain or _ORGANISATION.search(plain):
        return False
    parts = plain.split()
    if not 2 <= len(parts) <= 4 + titled or not all(_NAME_PART.fullmatch(p.rstrip(",")) for p in parts):
        return False
    if any(len(p) > 3 and p.isupper() for p in parts) and not all(p.isupper() for p in parts):
        return False
    return titled or all(p[0].isupper() or p.casefold() in _PARTICLES for p in parts)
