"""Templates of a language, filled: places in braces, and words that follow a number.

`{n} {n:event}` is `1 event` or `2 events`: what stands after the colon is a word under `plural`, whose form the plural rules of
CLDR choose. Any other text after a colon formats the number, as Python does.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from babel import Locale

from schemas.language import Language

# The forms of a word, by the names CLDR has for them: one, other.
Forms = Mapping[str, str]


class Templates(Formatter):
    """Fills templates of one language. plural: the forms of each word."""

    def __init__(self, language: Language, plural: Mapping[str, Forms]) -> None:
        self._form = Locale(language).plural_form
        self._plural = plural

    def format_field(self, value: Any, format_spec: str) -> str:
        """A number in the form asked for, or the word that follows it. A count that is not shown takes the plural."""
        if format_spec not in self._plural:
            return str(super().format_field(value, format_spec))
        forms = self._plural[format_spec]
        return forms.get(self.form(value), forms["other"])

    def form(self, value: Any) -> str:
        """The name of the plural form that goes with a number."""
        if not isinstance(value, int | float):
            return "other"
        return self._form(int(value) if value == int(value) else value)
