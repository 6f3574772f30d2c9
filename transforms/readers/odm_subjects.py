"""Whether what a mapping takes for the subject's number stands for one subject of an ODM file, or for several.

ODM tells subjects apart by StudyOID and SubjectKey. The numbers people use need not: two sites may both have a 001. Nobody
can say whose the rows of such a number are: they are set aside, and the others of the file stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from schemas.errors import DataRejected
from schemas.mapping import SheetMapping
from schemas.mapping.columns import ColumnSource
from transforms.readers.sheet import ROW, Sheet

SUBJECT_ID = "subject_id"
SITES = ("StudyOID", "LocationOID")
SHOWN = 5


def without_shared_numbers(sheet: Sheet, subjects: Sequence[tuple[str, str]], entry: SheetMapping) -> Sheet:
    """The sheet without the rows whose number stands for several subjects, which it names as shared.

    The columns looked at are those every feed takes the subject's number from; `subjects` is the study and key of each row.

    Raises
    ------
    DataRejected: so are most rows: the column is not the subject's number, or lacks the site's.
    """
    # A row without any content has left the sheet, and has no number either.
    if sheet.frame.height != len(subjects):
        return sheet
    told_apart = pl.Series([f"{study}\n{key}" if key else None for study, key in subjects], dtype=pl.String)
    rows: set[int] = set()
    for source in _number_sources(entry):
        names = source.own_columns()
        if not names or not set(names) <= set(sheet.header):
            continue
        number = pl.coalesce(names) if source.first_of else pl.concat_str(names, separator="\n")
        numbers = sheet.frame.select(ROW, number=number, subject=told_apart).drop_nulls()
        shared = numbers.filter(pl.col("subject").n_unique().over("number") > 1)
        if 2 * shared.height > sheet.frame.height:
            raise _refused(sheet, names, shared)
        rows |= set(shared[ROW])
    if not rows:
        return sheet
    return replace(sheet, frame=sheet.frame.filter(~pl.col(ROW).is_in(list(rows))), shared=tuple(sorted(rows)))


def _refused(sheet: Sheet, names: Sequence[str], shared: pl.DataFrame) -> DataRejected:
    first = sorted(shared.unique(["number", "subject"], keep="first", maintain_order=True)[ROW])[:SHOWN]
    return DataRejected(
        f"{sheet.place}: expected one subject for each number in {' and '.join(names)}; one number stands for several "
        f"SubjectKeys or StudyOIDs, as in rows {', '.join(map(str, first))}; join the site to it in the mapping, as in "
        f"subject_id: {{joined: [StudyOID, {names[-1]}]}} (or LocationOID), or take SubjectKey"
    )


def _number_sources(entry: SheetMapping) -> list[ColumnSource]:
    """Where each feed takes subject_id from, but of feeds that take the rows of one site."""
    return [
        source
        for feed in entry.feeds
        if not {condition.column for condition in feed.where} & set(SITES)
        for columns in feed.entries()
        if (source := columns.get(SUBJECT_ID)) is not None
    ]
