"""Datasets as SAS transport files of version 5, and what had to be changed for them to fit.

Version 5 knows ASCII alone and texts of at most 200 characters: other letters are transliterated, longer texts cut, and both are
counted. Nothing of the kind is done to Dataset-JSON. Days are numbers of days since 1960-01-01 in the format DATE9. Source: SAS
TS-140; FDA Study Data Technical Conformance Guide, 3.3.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pyreadstat
from anyascii import anyascii

from schemas.adam_variables import LONGEST_TEXT, Dataset

DAY_0 = date(1960, 1, 1)
DATE_FORMAT = "DATE9."


@dataclass(frozen=True)
class Change:
    """How many values of a variable were changed, and how: `transliterated` or `cut at 200 characters`."""

    dataset: str
    variable: str
    how: str
    values: int


def fit_transport(dataset: Dataset, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Change]]:
    """The rows as version 5 can hold them: days as numbers, texts in ASCII and not too long; and what was changed."""
    changes: list[Change] = []
    columns = []
    for variable in dataset.variables:
        values = frame[variable.name]
        if variable.kind == "date":
            values = (values - DAY_0).dt.total_days().cast(pl.Float64)
        elif variable.kind == "text":
            fitted = values.map_elements(_ascii, return_dtype=pl.String)
            changes += _counted(dataset, variable.name, values, fitted)
            values = fitted.str.slice(0, LONGEST_TEXT)
        else:
            values = values.cast(pl.Float64)
        columns.append(values.alias(variable.name))
    return pl.DataFrame(columns), changes


def _ascii(text: str) -> str:
    """The text in letters of ASCII; line breaks and other control characters become blanks."""
    plain = text if text.isascii() else anyascii(text)
    return "".join(letter if letter.isprintable() else " " for letter in plain)


def _counted(dataset: Dataset, name: str, before: pl.Series, after: pl.Series) -> Sequence[Change]:
    counts = {
        "transliterated": int((before != after).sum()),
        f"cut at {LONGEST_TEXT} characters": int((after.str.len_chars() > LONGEST_TEXT).sum()),
    }
    return [Change(dataset.name, name, how, values) for how, values in counts.items() if values]


def write_transport(dataset: Dataset, fitted: pl.DataFrame, path: Path) -> None:
    """Write rows that fit as a transport file with one dataset; the folder has to exist."""
    pyreadstat.write_xport(
        fitted.to_pandas(),
        path,
        file_label=dataset.label,
        column_labels={variable.name: variable.label for variable in dataset.variables},
        table_name=dataset.name,
        file_format_version=5,
        variable_format={v.name: DATE_FORMAT for v in dataset.variables if v.kind == "date"},
    )
