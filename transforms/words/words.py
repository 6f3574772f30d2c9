"""The words of one language: messages by key, and names of codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from schemas.language import Language
from schemas.methods import Part, method_parts
from transforms.words.names import Names
from transforms.words.templates import Templates

HERE = Path(__file__).parent
# What results write in plain letters, so that SQL finds it, and readers see as a sign.
SIGNS = {">= ": "≥ ", "1e5 ": "×10⁵ "}
# A space beside a place sets Latin text off from Chinese; where Chinese was filled in, it is one too many.
BETWEEN_CHINESE = re.compile(
    r"(?<=[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]) (?=[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef])"
)


@cache
def catalogue(language: Language) -> dict[str, Any]:
    """What stands in the file of a language: `messages` by key, and `plural`, the forms of words that follow a number."""
    content = yaml.load((HERE / f"{language}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return {"messages": dict(_flat(content["messages"])), "plural": content.get("plural") or {}}


def _flat(tree: Mapping[str, Any], path: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in tree.items():
        key = f"{path}{name}"
        found += _flat(value, f"{key}.") if isinstance(value, dict) else [(key, str(value))]
    return found


class Words:
    """Messages of a language by key.

    own: what a study calls its things in the language, by what its protocol calls them. names: what its protocol calls them, by key.
    """

    def __init__(self, language: Language, own: Mapping[str, str] | None = None, names: Names | None = None) -> None:
        self.language = language
        self.names = names or Names()
        self._messages: dict[str, str] = catalogue(language)["messages"]
        self._templates = Templates(language, catalogue(language)["plural"])
        self._own = own or {}

    def calling(self, names: Names) -> Words:
        """The same words with the names of a study."""
        return Words(self.language, self._own, names)

    def __call__(self, key: str, **values: object) -> str:
        """The message of a key with its places filled. Raises KeyError where there is none."""
        said = self._templates.vformat(self._messages[key], (), values)
        return BETWEEN_CHINESE.sub("", said) if self.language == "zh" else said

    def has(self, key: str) -> bool:
        """Whether there is a message of that key."""
        return key in self._messages

    def told(self, text: str | None) -> str:
        """A text of the study or a code of its data: as the study calls it, else as `value` does, else as it stands."""
        if not text:
            return ""
        return self.signs(self._own.get(text) or self._messages.get(f"value.{text}", text))

    def infusion(self, number: int) -> str:
        """An infusion as the study calls it, by its product; by its number where the protocol has no name for it."""
        product = self.names.products.get(number)
        return self.told(product) if product else self("infusion", n=number)

    def factor(self, key: str) -> str:
        """A risk factor of the protocol, a characteristic every study has, or the two of an interaction."""
        first, _, second = key.partition(":")
        if second:
            return self("result.model.interaction", first=self.factor(first), second=self.factor(second))
        if key in self.names.factors:
            return self.told(self.names.factors[key])
        return self(f"result.characteristic.{key}") if self.has(f"result.characteristic.{key}") else key

    def unit(self, unit: str | None) -> str:
        """A unit of results; one of the protocol's own as it stands there."""
        if not unit:
            return ""
        return self._messages.get(f"unit.{unit}") or self.told(unit)

    def method(self, code: str) -> str:
        """A method of schemas.methods as a table names it. Raises ValueError for a code that is none."""
        if not code:
            return ""
        name, parts = method_parts(code)
        return self("list.parts").join([self(f"method.{name}"), *(self._part("method_part", part) for part in parts)])

    def prose(self, code: str) -> str:
        """A method as a sentence names it, its interval and the like after it."""
        name, parts = method_parts(code)
        said = self(f"prose.{name}") if self.has(f"prose.{name}") else self(f"method.{name}")
        if not parts:
            return said
        told = [self._part("prose_part", part) for part in parts]
        return self("prose_with.one" if len(told) == 1 else "prose_with.several", name=said, parts=self.joined(told))

    def _part(self, kind: str, part: Part) -> str:
        key = f"{kind}.{part.name}"
        return self(key if self.has(key) else f"method_part.{part.name}", value=part.value)

    def signs(self, text: str) -> str:
        """A text with what is typed in plain letters as readers see it."""
        for typed, printed in SIGNS.items():
            text = text.replace(typed, printed)
        return text

    def joined(self, parts: Sequence[str]) -> str:
        """Parts of a list, with the language's own separator."""
        return self("list.separator").join(parts)

    def apart(self, parts: Iterable[str]) -> str:
        """Parts that hold commas of their own, with the language's stronger separator."""
        return self("list.strong_separator").join(parts)

    def listed(self, parts: Sequence[str]) -> str:
        """Parts of a list within a sentence: `a, b and c`."""
        if len(parts) < 2:
            return "".join(parts)
        return self("list.inner").join(parts[:-1]) + self("list.last") + parts[-1]

    def within(self, text: str) -> str:
        """The text as it stands within a sentence: its first letter a small one, unless it is an abbreviation's."""
        return text if text[1:2].isupper() or text[1:2].isdigit() else text[:1].lower() + text[1:]

    def sentence(self, text: str) -> str:
        """The text with its first letter a capital one, where the language has capitals."""
        return text[:1].upper() + text[1:]


@cache
def words_in(language: Language) -> Words:
    """The words of a language, without those of a study."""
    return Words(language)
