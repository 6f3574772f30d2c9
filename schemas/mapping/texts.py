"""Texts and patterns as a mapping writes them, and how a text of an export is compared with one.

Belongs here: what a single value of a mapping may be. What the values are of is in the other modules.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from schemas.seen_text import seen

# Days a spreadsheet counts from 1900 or, on old Macs, from 1904, where a date column lost its date format.
SERIALS = {"serial-1900": date(1899, 12, 30), "serial-1904": date(1904, 1, 1)}


def normalized(text: str) -> str:
    """Full-width digits, letters and signs as plain ones, outer blanks gone."""
    return unicodedata.normalize("NFKC", text).strip()


def decode_key(text: str) -> str:
    """How a cell and a text of a code map are compared: neither width nor case of letters tells them apart, nor what nobody sees."""
    return " ".join(normalized(seen(text)).split()).casefold()


def _as_text(value: object) -> object:
    """YAML reads 1 as a number and 1990-01-01 as a date; a mapping means the text a cell holds."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float | date) else value


def as_list(value: object) -> object:
    """One value, where a list may stand, is a list of it."""
    return value if isinstance(value, list) else [value]


def _whole_date(pattern: str) -> str:
    """A pattern has to give back the day it wrote: one without a year or a day would have them guessed."""
    probe = datetime(2021, 11, 25)  # noqa: DTZ001 - a calendar day
    try:
        found = datetime.strptime(probe.strftime(pattern), pattern)  # noqa: DTZ007 - a calendar day
    except ValueError:
        found = None
    if found != probe:
        raise ValueError(f"expected a pattern of year, month and day, such as %Y-%m-%d; found {pattern}")
    return pattern


def _whole_or_serial_date(pattern: str) -> str:
    return pattern if pattern in SERIALS else _whole_date(pattern)


def _partial_date(pattern: str) -> str:
    """A pattern of a month or of a year."""
    try:
        _whole_date(pattern)
    except ValueError:
        found = set(re.findall(r"%(.)", pattern))
        if "Y" in found and found <= {"Y", "m", "b", "B", "%"}:
            return pattern
    raise ValueError(f"expected a pattern of a year, or of a year and a month, such as %Y-%m; found {pattern}")


def _one_code_each(codes: dict[str, str]) -> dict[str, str]:
    seen: dict[str, str] = {}
    for text, code in codes.items():
        if seen.setdefault(decode_key(text), code) != code:
            raise ValueError(
                f"expected one code for {text}, in any width or case; found {seen[decode_key(text)]}, {code}"
            )
    return codes


def one_group(pattern: str) -> str:
    """A regular expression has one group, the part of a text that is kept."""
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"expected a regular expression; {error}") from None
    if groups != 1:
        raise ValueError(f"expected a regular expression with one group, the part that is kept; found {groups}")
    return pattern


Text = Annotated[str, BeforeValidator(_as_text)]
Texts = Annotated[list[Text], BeforeValidator(as_list)]
Decode = Annotated[dict[Text, Text], AfterValidator(_one_code_each)]
Dates = list[Annotated[str, AfterValidator(_whole_or_serial_date)]]
PartialDates = list[Annotated[str, AfterValidator(_partial_date)]]
