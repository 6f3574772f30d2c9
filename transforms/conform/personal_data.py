"""Names, telephone numbers, identity numbers and addresses of persons in cells that should hold none.

Such a cell is blanked before anything is made of it. Two ways find it: what it looks like, and the names that stand
in the row's own personal columns.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from schemas.domains import DOMAINS
from schemas.mapping import SheetMapping, SiteMapping
from schemas.subject_ids import CLEAN
from transforms.conform.personal_texts import COULD, HAN, are_names, looks_personal
from transforms.distinct_texts import as_text, by_text, distinct, having
from transforms.readers.sheet import ROW

# Shorter names are common words: 安静 is a name and a state of rest, but hardly in the row of the person who bears it.
SHORTEST_NAME = 2


def blank_personal(
    frame: pl.DataFrame, persons: Sequence[str], mapping: SheetMapping, site: SiteMapping
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frame with such cells blank, and where they stood (source_row, column).

    persons: the columns that may hold personal data, which are dropped anyway.
    """
    numeric = _columns_of_numbers(mapping, site)
    found = [pl.DataFrame(schema={ROW: pl.Int64, "column": pl.String})]
    replaced = []
    asked = sorted(mapping.used_columns() - set(persons) - set(mapping.never_personal))
    for column in asked if persons else having(frame, COULD, asked):
        suspect = _suspect(frame, column, persons, among_numbers=column in numeric)
        if suspect.any():
            found.append(frame.filter(suspect).select(ROW, column=pl.lit(column)))
            replaced.append(pl.when(~suspect).then(pl.col(column)).alias(column))
    return frame.with_columns(replaced), pl.concat(found)


def named_subjects(frame: pl.DataFrame, mapping: SheetMapping) -> pl.DataFrame:
    """Where an id of a subject is the name of a person (source_row, column). It is read: many records hang on it."""
    sources = [entry["subject_id"] for feed in mapping.feeds for entry in feed.entries()]
    columns = {name for source in sources for name in source.own_columns()} - set(mapping.never_personal)
    found = [pl.DataFrame(schema={ROW: pl.Int64, "column": pl.String})]
    for column in sorted(columns):
        texts = distinct(frame[column], unlike=CLEAN)
        if (names := texts.filter(are_names(texts))).len():
            named = by_text(frame[column], lambda cells, those=names: cells.is_in(those.implode()))  # type: ignore[misc]
            found.append(frame.filter(named.fill_null(value=False)).select(ROW, column=pl.lit(column)))
    return pl.concat(found)


def _columns_of_numbers(mapping: SheetMapping, site: SiteMapping) -> set[str]:
    """Columns that are read as numbers only."""
    return {column for column, kinds in _kinds(mapping, site).items() if kinds <= {"number", "integer"}}


def _kinds(mapping: SheetMapping, site: SiteMapping) -> dict[str, set[str]]:
    """What each column of the export is read as."""
    kinds: dict[str, set[str]] = {}
    for feed in mapping.feeds:
        specs = DOMAINS[feed.domain].columns()
        for entry in feed.entries():
            for name, source in entry.items():
                for column in source.own_columns():
                    kind = "code" if site.decode_of(source) else specs[name].kind
                    kinds.setdefault(column, set()).add(kind)
    return kinds


def _suspect(frame: pl.DataFrame, column: str, persons: Sequence[str], *, among_numbers: bool) -> pl.Series:
    frame = as_text(frame.select(column, *persons))
    cell = pl.col(column)
    texts = frame[column].drop_nulls().unique()
    looks = texts.filter(looks_personal(texts, among_numbers=among_numbers))
    tests = [cell.is_in(looks.implode())] if looks.len() else []
    # A name in the row's own personal columns, said again elsewhere in the row.
    for person in persons:
        name = pl.col(person)
        is_name = (name.str.len_chars() >= SHORTEST_NAME) & name.str.contains(rf"^(?:{HAN}|[A-Za-z][a-z])")
        tests.append(is_name & cell.str.contains(name, literal=True))
    if not tests:
        return pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    return frame.select(pl.any_horizontal(tests).fill_null(value=False).alias(column)).to_series()
