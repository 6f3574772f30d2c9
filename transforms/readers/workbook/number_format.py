"""What a person sees of a stored number under a format code of Excel, but never fewer digits than are stored."""

from __future__ import annotations


def render_number(value: float, code: str, *, date_1904: bool = False) -> str:
    """The text shown for a number: percent as 45%, dates in ISO form, dates without a day as 2021-03, `000` as 001.

    Digits that a format only rounds are kept.

    Raises
    ------
    ValueError: what is shown can't be known (a code nobody can read, a day and month without year, a serial number out of
        the calendar); the reader turns it into a refusal of sheet and cell.
    """
    raise NotImplementedError
