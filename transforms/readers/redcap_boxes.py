"""Boxes of REDCap forms that nobody has opened: exported as unticked, they were never asked and so are blank.

A form was opened where its status says so or anything in it is given. Where its status is not in the export, an untouched
form and one in which nothing was ticked look alike: neither says that it did not happen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from schemas.errors import DataRejected
from transforms.readers.redcap_dictionary import Field
from transforms.readers.redcap_labels import HEADINGS, STATUS_HEADING, STRUCTURE

UNTICKED = ("0", "unchecked")
INCOMPLETE = ("0", "incomplete")
STATUSES = (*INCOMPLETE, "1", "2", "unverified", "complete")
STATUS, SURVEY, BOX, BOX_HEADING = "_complete", "_timestamp", "___", "(choice="


@dataclass(frozen=True)
class Form:
    """Columns of one form: its boxes, what else somebody fills in, and its status, where that is in the export."""

    boxes: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    status: str | None = None


def forms_of_fields(fields: Sequence[Field], header: Sequence[str]) -> list[Form]:
    """The forms as the dictionary says. The record's identifier and what REDCap calculates are not filled in by anyone."""
    forms = dict.fromkeys(known.form for known in fields)
    return [_form(name, [known for known in fields if known.form == name], fields[0], set(header)) for name in forms]


def _form(name: str, own: Sequence[Field], identifier: Field, header: set[str]) -> Form:
    boxes = [column for known in own if known.kind == "checkbox" for column in known.columns()]
    filled_in = [known for known in own if known.kind != "checkbox" and known is not identifier]
    others = [f"{name}{SURVEY}", *(known.name for known in filled_in if not known.is_calculated)]
    status = f"{name}{STATUS}"
    return Form(
        boxes=[column for column in boxes if column in header],
        others=[column for column in others if column in header],
        status=status if status in header else None,
    )


def forms_of_header(header: Sequence[str]) -> list[Form]:
    """The forms as far as the header tells: each ends in its status."""
    forms, own = [], Form()
    for name in header[1:]:
        if name.endswith(STATUS) or name.startswith(STATUS_HEADING):
            forms.append(Form(own.boxes, own.others, name))
            own = Form()
        elif BOX in name or BOX_HEADING in name:
            own.boxes.append(name)
        elif name not in STRUCTURE and name not in HEADINGS:
            own.others.append(name)
    return [*forms, own]


def blank_where_never_opened(
    file: str, frame: pl.DataFrame, forms: Sequence[Form], missing: Sequence[str]
) -> pl.DataFrame:
    """The frame without boxes that were never asked; `missing` are texts that mean blank.

    Raises
    ------
    DataRejected: the status of a form is in other words than REDCap's own.
    """
    for form in forms:
        if form.boxes:
            _refuse_unknown_status(file, frame, form, missing)
            opened = _was_opened(form, missing)
            frame = frame.with_columns(pl.when(opened).then(pl.col(name)).alias(name) for name in form.boxes)
    return frame


def _was_opened(form: Form, missing: Sequence[str]) -> pl.Expr:
    boxes_given = [_given(name, missing) & ~_is_one_of(name, UNTICKED) for name in form.boxes]
    anything_given = pl.any_horizontal(*(_given(name, missing) for name in form.others), *boxes_given)
    if form.status is None:
        return anything_given
    return _given(form.status, missing) & (anything_given | ~_is_one_of(form.status, INCOMPLETE))


def _given(name: str, missing: Sequence[str]) -> pl.Expr:
    return pl.col(name).is_not_null() & ~pl.col(name).is_in(list(missing)).fill_null(value=False)


def _is_one_of(name: str, texts: Sequence[str]) -> pl.Expr:
    return pl.col(name).str.to_lowercase().is_in(texts).fill_null(value=False)


def _refuse_unknown_status(file: str, frame: pl.DataFrame, form: Form, missing: Sequence[str]) -> None:
    if form.status is None:
        return
    unknown = _given(form.status, missing) & ~_is_one_of(form.status, STATUSES)
    if frame.select(unknown.any()).item():
        raise DataRejected(
            f"{file} {form.status}: expected 0, 1, 2 or Incomplete, Unverified, Complete; found other words, which leave open "
            "whether boxes were unticked or never asked; export the raw data"
        )
