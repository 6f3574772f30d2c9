"""Texts and patterns as a mapping writes them, and how a text of an export is compared with one.

Belongs here: what a single value of a mapping may be. What the values are of is in the other modules.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated

import polars as pl
from pydantic import AfterValidator, BeforeValidator

from schemas.seen_text import one_width, seen

# Days a spreadsheet counts from 1900 or, on old Macs, from 1904, where a date column lost its date format.
SERIALS = {"serial-1900": date(1899, 12, 30), "serial-1904": date(1904, 1, 1)}

# The days that exports of any study can mean, unless a mapping says otherwise.
ANY_STUDY = (date(1980, 1, 1), date(2099, 12, 31))


def width_folded(text: str) -> str:
    """A number, date or header as one sees it: full width as plain width, unseen marks and outer blanks gone; ², ② and ٣ are no digits."""
    return one_width(seen(text))


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


def one_code_each(codes: dict[str, str]) -> dict[str, str]:
    """A code map has one code for texts that are compared as equal."""
    seen: dict[str, str] = {}
    for text, code in codes.items():
        if seen.setdefault(decode_key(text), code) != code:
            raise ValueError(
                f"expected one code for {text}, in any width or case; found {seen[decode_key(text)]}, {code}"
            )
    return codes


def one_pattern(pattern: str) -> str:
    """A regular expression that takes time linear in the text, so that no cell can hold a night up.

    It has to mean the same in Python, which counts its groups, and in the Rust of polars, which looks for it.
    """
    try:
        re.compile(pattern)
        pl.Series([""], dtype=pl.String).str.contains(pattern)
    except (re.error, pl.exceptions.PolarsError):
        raise ValueError(
            f"expected a regular expression without look-around or back reference; found {pattern}"
        ) from None
    return pattern


def one_group(pattern: str) -> str:
    """A regular expression has one group, the part of a text that is kept."""
    one_pattern(pattern)
    groups = re.compile(pattern).groups
    if groups != 1:
        raise ValueError(f"expected a regular expression with one group, the part that is kept; found {groups}")
    return pattern


def _in_order(days: tuple[date, date]) -> tuple[date, date]:
    if days[0] >= days[1]:
        raise ValueError(f"expected a first and a later last day; found {days[0]}, {days[1]}")
    return days


# What YAML may hold where these stand, for the JSON Schema of the file.
Text = Annotated[str, BeforeValidator(_as_text, json_schema_input_type=str | float | bool)]
Texts = Annotated[list[Text], BeforeValidator(as_list, json_schema_input_type=Text | list[Text])]
Pattern = Annotated[str, AfterValidator(one_pattern)]
Decode = Annotated[dict[Text, Text], AfterValidator(one_code_each)]
Dates = list[Annotated[str, AfterValidator(_whole_or_serial_date)]]
WholeDates = list[Annotated[str, AfterValidator(_whole_date)]]
PartialDates = list[Annotated[str, AfterValidator(_partial_date)]]
DaysBetween = Annotated[tuple[date, date], AfterValidator(_in_order)]
