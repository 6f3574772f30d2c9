"""A format code of Excel taken apart: its sections, what each is for, and the parts it is made of.

Here is the grammar alone; number_format and moment_format render values by it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

# General as programs of other languages write it into a file.
GENERAL = r"general|g/通用格式|g/標準|常规|通用格式|standard|estándar|standaard|標準"
PART = re.compile(
    rf"""
      "(?P<quoted>[^"]*)(?:"|$)
    | [\\!](?P<escaped>.)
    | (?P<space>[_*].)
    | \[(?P<bracket>[^\]]*)\]
    | (?P<general>{GENERAL})
    | (?P<half>am/pm|a/p|上午/下午|午前/午後|오전/오후)
    | (?P<exponent>e[+-])
    | (?P<letters>y+|m+|d+|h+|s+|e+|g+|a{{3,4}}|b+|n{{2,4}}|r+)
    | (?P<digit>[0\#?])
    | (?P<sign>[.,%@])
    | (?P<end>;)
    | (?P<literal>[^A-Za-z\[\]"\\])
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
# The last of the sections for positive numbers, negative ones, zeros and texts.
FOR_TEXTS = 4
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d*)?(?:e[+-]?\d+)?)", re.IGNORECASE)
SYMBOL = re.compile(r"\$([^-]*)(?:-[^\]]*)?")
ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
# Colours, numerals of other scripts and calendars: the same number, the same day.
SAME_VALUE = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|colou?r\s*\d+|颜色\s*\d+|[黑蓝绿红白黄][色]?|青色|洋红|"
    r"dbnum\d+|natnum\d+.*|eng|chs|cht|jpn|~.*|x-.*",
    re.IGNORECASE,
)
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, ">": operator.gt, "=": operator.eq, "<=": operator.le, ">=": operator.ge, "<>": operator.ne,
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part of a section: `kind` is literal, digit, sign, letters, elapsed, half, exponent or general."""

    kind: str
    text: str


@dataclass(frozen=True)
class Section:
    """What one section shows, and the condition it states itself, if any."""

    parts: tuple[Part, ...]
    condition: tuple[str, float] | None = None

    @property
    def is_moment(self) -> bool:
        """Whether it shows a date, a time or a span of time."""
        return self.has("letters", "elapsed", "half") and not self.has("general") and not self.has("text")

    def has(self, *kinds: str) -> bool:
        """Whether any part is of these kinds."""
        return any(part.kind in kinds for part in self.parts)

    def holds(self, value: float) -> bool:
        """Whether its own condition takes the value."""
        return self.condition is not None and COMPARE[self.condition[0]](value, self.condition[1])


@lru_cache(maxsize=4096)
def format_sections(code: str) -> tuple[Section, ...]:
    """The sections of a format code, at least one.

    Raises
    ------
    ValueError: nobody can tell what the code shows.
    """
    parts = _parts(code)
    groups = [list(group) for is_end, group in groupby(parts, lambda part: part.kind == "end") if not is_end]
    if any(part.kind == "end" for part in parts):
        groups = _split(parts)
    if len(groups) > FOR_TEXTS:
        raise ValueError("a format of more than four sections")
    return tuple(_section(group) for group in groups) or (Section(()),)


def number_section(sections: tuple[Section, ...], value: float) -> Section | None:
    """The section that shows a number; nothing where no section takes it."""
    numeric = [section for section in sections[:3] if not section.has("text")] or list(sections[:1])
    for section in numeric:
        if section.holds(value):
            return section
    if any(section.condition for section in numeric):
        free = [section for section in numeric if section.condition is None]
        return next((section for section in free[:-1] if value < 0), free[-1]) if free else None
    if value < 0 and len(numeric) > 1:
        return numeric[1]
    return numeric[2] if value == 0 and len(numeric) > 2 else numeric[0]


def text_section(sections: tuple[Section, ...]) -> Section | None:
    """The section that shows texts; nothing where they are shown as they are."""
    if len(sections) == FOR_TEXTS:
        return sections[-1]
    return next((section for section in reversed(sections) if section.has("text")), None)


def _split(parts: list[Part]) -> list[list[Part]]:
    groups: list[list[Part]] = [[]]
    for part in parts:
        if part.kind == "end":
            groups.append([])
        else:
            groups[-1].append(part)
    return groups


def _parts(code: str) -> list[Part]:
    parts, at = [], 0
    while at < len(code):
        found = PART.match(code, at)
        if found is None:
            raise ValueError("a format that can't be read")
        parts.append(_part(str(found.lastgroup), found[str(found.lastgroup)]))
        at = found.end()
    return parts


def _part(kind: str, text: str) -> Part:
    if kind in {"quoted", "escaped"}:
        return Part("literal", text)
    if kind == "space":
        return Part("space", "")
    if kind == "sign" and text == "@":
        return Part("text", text)
    return _bracket(text) if kind == "bracket" else Part(kind, text)


def _bracket(text: str) -> Part:
    if ELAPSED.fullmatch(text):
        return Part("elapsed", text)
    if CONDITION.fullmatch(text.strip()):
        return Part("condition", text.strip())
    if symbol := SYMBOL.fullmatch(text):
        return Part("literal", symbol[1])
    if SAME_VALUE.fullmatch(text):
        return Part("space", "")
    raise ValueError("a format that can't be read")


def _section(parts: list[Part]) -> Section:
    condition = next((CONDITION.fullmatch(part.text) for part in parts if part.kind == "condition"), None)
    shown = tuple(part for part in parts if part.kind not in {"condition", "space"})
    return Section(shown, (condition[1], float(condition[2])) if condition else None)
