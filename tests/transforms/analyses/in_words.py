"""Results and their tables as a reader of either language meets them."""

from __future__ import annotations

import re

import polars as pl

from schemas.language import Language
from schemas.protocol import Protocol
from transforms.analyses.rows import ResultRow, analysis_frame, reason_frame
from transforms.reports.parts import Part
from transforms.words import Names, Words
from transforms.words.results import worded


def numbers(part: Part) -> list[list[str]]:
    """What the lines of a table print of numbers."""
    return [re.findall(r"\d+(?:\.\d+)?", " ".join(cells)) for cells in part.table.rows]


def labels(rows: list[ResultRow], protocol: Protocol, language: Language) -> pl.Series:
    """What each row of results is about, in words."""
    names = Names.of(protocol)
    frames = analysis_frame("tiny", rows), reason_frame("tiny", rows)
    return worded(*frames, names, Words(language, {}, names))["label"]
