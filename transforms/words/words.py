"""The words of one language: messages by key, and what the results say, phrase by phrase."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from schemas.language import Language
from schemas.reasons import Argument
from transforms.words.phrases import PARTS, PhraseBook

HERE = Path(__file__).parent
# What results write in plain letters, so that SQL finds it, and readers see as a sign.
SIGNS = {">= ": "≥ ", "1e5 ": "×10⁵ "}
SEPARATORS = {"en": (("; ", "; "),), "zh": PARTS}
# A space beside a place sets Latin text off from Chinese; where Chinese was filled in, it is one too many.
BETWEEN_CHINESE = re.compile(
    r"(?<=[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]) (?=[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef])"
)


@cache
def catalogue(language: Language) -> dict[str, Any]:
    """What stands in the file of a language.

    `messages` by key; `results`, English phrases in that language; `prose`, names of methods as they stand in a sentence.
    """
    content = yaml.load((HERE / f"{language}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return {
        "messages": dict(_flat(content["messages"])),
        "results": content.get("results") or {},
        "prose": content.get("prose") or {},
    }


def _flat(tree: Mapping[str, Any], path: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in tree.items():
        key = f"{path}{name}"
        found += _flat(value, f"{key}.") if isinstance(value, dict) else [(key, str(value))]
    return found


class Words:
    """Messages of a language by key, and phrases of the results in it."""

    def __init__(self, language: Language, phrases: Mapping[str, str] | None = None) -> None:
        self.language = language
        self._messages: dict[str, str] = catalogue(language)["messages"]
        self._book = PhraseBook({**catalogue(language)["results"], **(phrases or {})}, SEPARATORS[language])
        self._prose = PhraseBook(catalogue(language)["prose"], separators=())

    def __call__(self, key: str, **values: object) -> str:
        """The message of a key with its places filled. Raises KeyError where there is none."""
        said = self._messages[key].format(**values)
        return BETWEEN_CHINESE.sub("", said) if self.language == "zh" else said

    def has(self, key: str) -> bool:
        """Whether there is a message of that key."""
        return key in self._messages

    def told(self, text: str | None) -> str:
        """A text of the results in this language; as it stands where the catalogue has no phrase for it."""
        if not text:
            return ""
        return self.signs(self._book.told(text))

    def reason(self, code: str, arguments: Mapping[str, Argument]) -> str:
        """A reason in this language; texts among its arguments are told in it too."""
        said = {name: self.told(value) if isinstance(value, str) else value for name, value in arguments.items()}
        return self.signs(self(f"reason.{code}", **said))

    def joined_reasons(self, reasons: Iterable[tuple[str, Mapping[str, Argument]]]) -> str:
        """Several reasons, one after the other."""
        return self("list.strong_separator").join(self.reason(code, arguments) for code, arguments in reasons)

    def signs(self, text: str) -> str:
        """A text with what is typed in plain letters as readers see it."""
        for typed, printed in SIGNS.items():
            text = text.replace(typed, printed)
        return text

    def prose(self, method: str) -> str:
        """The name of a method as it stands in a sentence."""
        return self._prose.told(self.told(method))

    def joined(self, parts: list[str]) -> str:
        """Parts of a list, with the language's own separator."""
        return self("list.separator").join(parts)

    def listed(self, parts: list[str]) -> str:
        """Parts of a list within a sentence: `a, b and c`."""
        if len(parts) < 2:
            return "".join(parts)
        return self("list.inner").join(parts[:-1]) + self("list.last") + parts[-1]

    def sentence(self, text: str) -> str:
        """The text with its first letter a capital one, where the language has capitals."""
        return text[:1].upper() + text[1:]


@cache
def _words_of(language: Language, phrases: tuple[tuple[str, str], ...]) -> Words:
    return Words(language, dict(phrases))


def words_in(language: Language, phrases: Mapping[str, str] | None = None) -> Words:
    """The words of a language, with the phrases of a study in it."""
    return _words_of(language, tuple((phrases or {}).items()))
