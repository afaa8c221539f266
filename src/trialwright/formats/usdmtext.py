"""Texts of a USDM study with the values that they only refer to: "at least <usdm:tag name='min_age'/> years".

Takes the whole study, gives the words of a text with every reference filled in; one that leads nowhere stays
visible as its name in brackets, since a criterion without its number would say something else.
"""

from __future__ import annotations

import re
from typing import Any

from trialwright.formats.entries import clean
from trialwright.formats.nodes import Node

_TAG = re.compile(
    r"<usdm:(?P<kind>tag|ref|macro)\b(?P<attributes>[^<>]{0,400}?)/?>(?:\s*</usdm:(?:tag|ref|macro)>)?"
)
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*[\"']([^\"']{0,200})[\"']")
_DEEPEST = 4
_LONGEST = 20_000


class Texts:
    """Finds what the references of a study's texts mean."""

    def __init__(self, whole: Node) -> None:
        self._objects: dict[tuple[str, str], dict[str, Any]] = {}
        self._tags: dict[str, str] = {}
        waiting: list[Any] = [whole.value]
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting.extend(value)
            elif isinstance(value, dict):
                waiting.extend(value.values())
                name, kind = value.get("id"), value.get("instanceType")
                if isinstance(name, str) and isinstance(kind, str):
                    self._objects.setdefault((kind, name), value)
                tag, words = value.get("tag"), value.get("reference")
                if isinstance(tag, str) and isinstance(words, str):
                    self._tags.setdefault(tag, words)

    def words(self, node: Node) -> Node:
        """The node with its words filled in and without markup."""
        text = self._filled(node.text, 0)[:_LONGEST]
        return Node(clean(text), node.pointer)

    def _filled(self, text: str, depth: int) -> str:
        if "<usdm:" not in text:
            return text
        return _TAG.sub(lambda found: self._meaning(found, depth), text)

    def _meaning(self, found: re.Match[str], depth: int) -> str:
        told = dict(_ATTRIBUTE.findall(found["attributes"]))
        name = told.get("name", "") or told.get("attribute", "")
        if depth >= _DEEPEST:
            return f"[{name}]"
        if found["kind"] == "tag":
            words = self._tags.get(name)
        else:
            thing = self._objects.get((told.get("klass", ""), told.get("id", "")))
            words = _shown(thing.get(told.get("attribute", ""))) if thing is not None else None
        return self._filled(words, depth + 1)[:_LONGEST] if words else f"[{name}]" if name else ""


def _shown(value: Any) -> str | None:
    """A value as words; of a quantity its number and the name of its unit."""
    if isinstance(value, dict):
        unit = value.get("unit")
        code = unit.get("standardCode", unit) if isinstance(unit, dict) else {}
        name = code.get("decode") if isinstance(code, dict) else None
        number = _shown(value.get("value", value.get("decode")))
        return f"{number} {str(name).casefold()}" if number and name else number
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return str(value).removesuffix(".0")
    return value if isinstance(value, str) else None
