"""What a number of SAS means: its format makes it a day, a time or a plain number; a letter says why it is missing.

SAS stores days since 1960-01-01, seconds since that midnight, or seconds of a day, and tells them apart by the format
alone. The families are those of SAS Formats and Informats: Reference, chapter Dictionary of Formats.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from transforms.readers.moments import clock_text, day_text, moment_text
from transforms.readers.sheet import number_text

ORIGIN = datetime(1960, 1, 1)  # noqa: DTZ001 - SAS knows no time zones
DAY_SECONDS = 86_400

DATE = re.compile(
    r"DATE|DAY|DOWNAME|MONNAME|MONTH|MONYY|YYMON|QTRR?|YEAR|JULDAY|JULIAN|PDJUL[GI]|MINGUO|NENGO|HDATE|HEBDATE"
    r"|(DDMMYY|MMDDYY|YYMMDD)[BCDNPS]?|(MMYY|YYMM)[CDNPS]?|YYQR?[CDNPSZ]?|YYWEEK[UVW]|WEEK(DATE|DATX|DAY|U|V|W)"
    r"|WORDDAT[EX]|EURDF(DD|DE|DN|DWN|MN|MY|WDX|WKX)|NLDATE\w*|[BE]8601DA|IS8601DA"
)
DATETIME = re.compile(
    r"DATETIME|DATEAMPM|MDYAMPM|DT(DATE|MONYY|WKDATX|YEAR|YYQC)|EURDFDT|NLDATM\w*|(B|E|IS)8601(DT|DN|DX|DZ|LX)"
)
TIME = re.compile(r"TIME|TIMEAMPM|HHMM|HOUR|MMSS|NLTIM(E|AP)|(B|E|IS)8601(TM|TX|TZ|LZ)")
TIME_OF_DAY = "TOD"


def format_name(shown: str) -> str:
    """The name of a format without its width, decimals and dot: `E8601DA10.` is E8601DA."""
    return re.sub(r"\d*\.?\d*$", "", shown.strip()).upper()


def value_text(value: float | str, shown_as: str) -> str:
    """A value of a numeric variable as text.

    Parameters
    ----------
    value : the number; or the letter (A to Z, _) of a special missing value, which is written `.A`.
    shown_as : name of the variable's format without width; empty for none.
    """
    if isinstance(value, str):
        return f".{value}"
    try:
        return _shown(value, shown_as)
    except OverflowError:
        # A day no calendar has stays the number it is, so that the site can find it.
        return number_text(value)


def _shown(value: float, shown_as: str) -> str:
    if shown_as == TIME_OF_DAY:
        # TOD shows the time of a moment as well as a plain time; nothing but the size of the number tells them apart.
        return clock_text(value) if 0 <= value < DAY_SECONDS else _moment(value)
    if DATE.fullmatch(shown_as):
        return day_text(ORIGIN, value)
    if DATETIME.fullmatch(shown_as):
        return _moment(value)
    return clock_text(value) if TIME.fullmatch(shown_as) else number_text(value)


def _moment(seconds: float) -> str:
    return moment_text(ORIGIN + timedelta(seconds=seconds))
