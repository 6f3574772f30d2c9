"""Subject ids of an export as they are kept, see schemas.subject_ids, and which cells hold none.

Belongs here: a column of ids at once. What subjects are called in the warehouse is in transforms.stage.identity.
"""

from __future__ import annotations

import polars as pl

from schemas.mapping import SiteMapping
from schemas.subject_ids import CLEAN, NO_ID, clean_id
from transforms.distinct_texts import by_text, changed, distinct


def clean_ids(text: pl.Series, site: SiteMapping) -> pl.Series:
    """The ids of a column as they are kept."""
    clean = {found: clean_id(found) for found in distinct(text, unlike=CLEAN).to_list()}
    others = {found: kept or None for found, kept in clean.items() if kept != found}
    if others:
        text = changed(text, lambda texts: texts.replace(others))
    return changed(text, lambda texts: texts.str.to_uppercase()) if site.ids.ignore_case else text


def are_no_ids(text: pl.Series) -> pl.Series:
    """Where a text is no id: what a spreadsheet left of one, an error, a word for nothing."""
    return by_text(text, lambda texts: texts.str.contains(NO_ID)).fill_null(value=False)
