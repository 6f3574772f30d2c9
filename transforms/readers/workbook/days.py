"""Dates that a file writes as ISO text, under a format code."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache

from transforms.readers.workbook.moment_format import serial_of
from transforms.readers.workbook.number_format import render_number

# Excel's calendar is only sure from here on; an earlier day is rendered 400 years later, when the calendar is the same.
SURE_FROM, CYCLE_YEARS = date(1900, 3, 1), 400
SPAN = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
WHOLE = "yyyy-mm-dd"


@lru_cache(maxsize=65_536)
def render_day(value: str, code: str | None) -> str | None:
    """As much of an ISO date as its format shows, all of it where there is no format; nothing where it is no ISO date.

    Raises
    ------
    ValueError: what the format shows can't be known.
    """
    try:
        moment = datetime.fromisoformat(value.strip().removesuffix("Z")).replace(tzinfo=None)
    except ValueError:
        return None
    code = code if code not in {None, "", "General"} else WHOLE
    early = moment.date() < SURE_FROM
    if early and SPAN.search(code or ""):
        return render_number(serial_of(moment), code or "")
    later = moment.replace(year=moment.year + CYCLE_YEARS) if early else moment
    rendered = render_number(serial_of(later), code or "")
    return rendered.replace(f"{later.year:04}", f"{moment.year:04}", 1) if early else rendered
