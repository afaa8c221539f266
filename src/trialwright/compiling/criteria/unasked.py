"""Points that ask nothing: "None", "Renal: not specified", "Note: aspirin is allowed", "Permitted: aspirin".

Takes the words of one point, tells whether they are no criterion; what is allowed under a condition is one.
"""

from __future__ import annotations

import re

_NOTHING = re.compile(
    r"(?:[^:\n]{1,40}: ?)?(?:not (?:specified|stated|applicable|provided|defined)|none (?:specified|stated)"
    r"|unspecified|n/a|no (?:restrictions?|limits?|limitations?)|不适用|未说明|未规定|不限|无限制)[ .;]*"
    r"|(?:none|nil|nothing|无|无特殊|没有)[ .;]*"
    # The organ is a heading of registers; "allergies: none" is a criterion.
    r"|(?:renal|hepatic|liver|kidney|pulmonary|cardiovascular|cardiac|ha?ematopoietic|ha?ematologic|immunologic"
    r"|other|neurologic|gastrointestinal|metabolic|performance status|life expectancy|age|sex|gender)"
    r" ?: ?none[ .;]*",
    re.IGNORECASE,
)
_LETS = r"(?:allowed|permitted|acceptable|permissible|not excluded|not exclusionary|not exclusion criteria)"
_ALLOWED = re.compile(
    rf"(?:permitted|allowed|allowable|permissible)(?: [a-z-]+){{0,3}} ?:.*"
    rf"|(?:the )?following (?:[a-z/-]+ ){{0,5}}(?:is|are|will be|may be) {_LETS}(?: [a-z-]+){{0,6}} ?:.*"
    rf"|(?:please )?(?:note|n\.?b\.?)(?: that)? ?[:,-]? [^\n]*\b(?:is|are|will be|may be) {_LETS}[^\n]*"
    r"|(?:注|备注|说明) ?:[^\n]*(?:允许|可以入组|可入组|可以入选|可入选)[^\n]*"
    r"|允许[^:\n]{0,12}:.*|(?:以下|下列)[^:\n]{0,12}(?:允许|除外不算)[^:\n]{0,8}:.*",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(
    r"\b(?:not (?:be )?(?:allowed|permitted|acceptable|eligible)|unless|only|if|provided|except|must|should"
    r"|prior to|no|excluded(?<!not excluded)|until|when|as long as)\b|不允许|不得|除非|如果|若|仅|必须",
    re.IGNORECASE,
)


def asks_nothing(words: str) -> bool:
    """Whether a point is no criterion.

    >>> asks_nothing("Renal: Not specified"), asks_nothing("Allergies: none")
    (True, False)
    >>> asks_nothing("Note: aspirin is allowed"), asks_nothing("Note: aspirin is allowed if stable")
    (True, False)
    """
    said = words.strip()
    if len(said) > 600:
        return False
    if len(said) < 100 and _NOTHING.fullmatch(said):
        return True
    return bool(_ALLOWED.fullmatch(said)) and not _CONDITION.search(said)
