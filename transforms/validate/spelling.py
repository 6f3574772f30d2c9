"""Terms that are spelled doubtfully: the word of a code list but for a mark of doubt, or for British ae and oe.

Such a term is read as that word, and asked about: an event called "neutropaenia?" is no sign that there was no neutropenia.
"""

from __future__ import annotations

import polars as pl

from schemas.domains import Domain
from transforms.distinct_texts import changed, distinct
from transforms.validate.parse import PROBLEM_SCHEMA

OUTER = " \t?？!！.。*~"


def respelled(domain: type[Domain], text: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The records with such terms read, and problems (row_id, column, rule_id) that ask about them."""
    found = [pl.DataFrame(schema=PROBLEM_SCHEMA)]
    for name in domain.respelled_columns():
        codes = domain.columns()[name].codelist or ()
        by_folding = {_folded(code): code for code in codes}
        words = {word: by_folding.get(_folded(word)) for word in distinct(text[name]).to_list() if word not in codes}
        read = {word: code for word, code in words.items() if code is not None}
        if not read:
            continue
        rows = text.filter(text[name].cast(pl.String).is_in(list(read)))
        found.append(
            rows.select("row_id", column=pl.lit(name), rule_id=pl.lit(f"{domain.domain_name()}.{name}.spelling"))
        )
        text = text.with_columns(changed(text[name].cast(pl.String), lambda words, to=read: words.replace(to)))  # type: ignore[misc]
    return text, pl.concat(found)


def _folded(word: str) -> str:
    return word.strip(OUTER).casefold().replace("ae", "e").replace("oe", "e")
