"""Languages in which readers are addressed, and what a study's own words are in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

Language = Literal["en", "zh"]
Translations = Annotated[
    dict[Literal["zh"], dict[str, str]],
    Field(description="Labels and other texts of this file in another language: zh: {Overall survival: 总生存期 (OS)}"),
]


def check_translations(translations: Translations, texts: Iterable[str | None]) -> None:
    """See that whatever is translated stands in the file: a label that was changed keeps no old translation.

    Raises
    ------
    ValueError: a text that stands nowhere in the file.
    """
    known = set(texts)
    for language, phrases in translations.items():
        if unknown := [text for text in phrases if text not in known]:
            raise ValueError(f"translations.{language}: expected texts of this file; found {'; '.join(unknown)}")
