"""What a number of SAS means: its format makes it a day, a time or a plain number; a letter says why it is missing.

SAS stores days since 1960-01-01, seconds since that midnight, or seconds of a day, and tells them apart by the format
alone. The families are those of SAS Formats and Informats: Reference, chapter Dictionary of Formats. What a format hides
of a day is not read (MONYY7. shows a month: 2021-03), what it adds to a number is (Z4. shows 0045, PERCENT8. 45%); to
a number that is only rounded, grouped or given a currency nothing happens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from transforms.readers.moments import clock_text, day_text, moment_text
from transforms.readers.sheet import number_text

ORIGIN = datetime(1960, 1, 1)  # noqa: DTZ001 - SAS knows no time zones
DAY_SECONDS = 86_400

DATE = re.compile(
    r"DATE|JULIAN|PDJUL[GI]|MINGUO|NENGO|HDATE|HEBDATE"
    r"|(DDMMYY|MMDDYY|YYMMDD)[BCDNPS]?|YYWEEK[UVW]|WEEK(DATE|DATX|U|V|W)"
    r"|WORDDAT[EX]|EURDF(DD|DE|DN|DWN|MN|MY|WDX|WKX)|NLDATE\w*|[BE]8601DA|IS8601DA"
)
# Of a day a month, a year, a quarter or a part alone is shown; DT and NLDATM stand before a moment's.
MONTHS = re.compile(r"(DT|EURDF)?MONYY|EURDFMY|YYMON|(MMYY|YYMM)[CDNPS]?|NLDATE?YM\w*|NLDATMYM\w*")
YEARS = re.compile(r"(DT)?YEAR|NLDATEYR?|NLDATMYR?")
QUARTERS = re.compile(r"(DT)?YYQR?[CDNPSZ]?|NLDATEYQ\w*|NLDATMYQ\w*")
PARTS = {
    "DAY": "{day.day}", "MONTH": "{day.month}", "MONNAME": "{day:%B}", "DOWNAME": "{day:%A}", "WEEKDAY": "{weekday}",
    "QTR": "{quarter}", "QTRR": "{quarter}", "JULDAY": "{number}",
}  # fmt: skip
DAYS_OF_MOMENTS = re.compile(r"DTDATE|DTWKDATX|(B|E|IS)8601DN")
DATETIME = re.compile(
    r"DATETIME|DATEAMPM|MDYAMPM|DT(DATE|MONYY|WKDATX|YEAR|YYQC)|EURDFDT|NLDATM\w*|(B|E|IS)8601(DT|DN|DX|DZ|LX)"
)
TIME = re.compile(r"TIME|TIMEAMPM|HHMM|HOUR|MMSS|NLTIM(E|AP)|(B|E|IS)8601(TM|TX|TZ|LZ)")
TIME_OF_DAY = "TOD"
# Below these widths a format of days shows no year, and what it shows then.
WITHOUT_YEAR = {"DATE": (7, "%d%b"), "MMDDYY": (6, "%m/%d"), "DDMMYY": (6, "%d/%m")}
# DATETIME9. shows the day alone.
WIDEST_DAY_OF_MOMENT = 9


@dataclass(frozen=True)
class Format:
    """A format: its name in capitals, its width and decimals, 0 where they are not given."""

    name: str
    width: int
    decimals: int

    @classmethod
    def parsed(cls, shown: str) -> Format:
        """The format written as `DATE9.`, `8.2` or `E8601DA10`."""
        name = format_name(shown)
        width, _, decimals = shown.strip()[len(name) :].partition(".")
        return cls(name, int(width or 0), int(decimals or 0))


def format_name(shown: str) -> str:
    """The name of a format without its width, decimals and dot: `E8601DA10.` is E8601DA."""
    return re.sub(r"\d*\.?\d*$", "", shown.strip()).upper()


def value_text(value: float | str, shown_as: str) -> str:
    """A value of a numeric variable as text.

    Parameters
    ----------
    value : the number; or the letter (A to Z, _) of a special missing value, which is written `.A`.
    shown_as : the variable's format; empty for none.
    """
    if isinstance(value, str):
        return f".{value}"
    try:
        return _shown(value, Format.parsed(shown_as))
    except (OverflowError, ValueError):
        # A day no calendar has stays the number it is, so that the site can find it.
        return number_text(value)


def _shown(value: float, form: Format) -> str:
    name = form.name
    if name == TIME_OF_DAY:
        # TOD shows the time of a moment as well as a plain time; nothing but the size of the number tells them apart.
        return clock_text(value) if 0 <= value < DAY_SECONDS else _moment(value)
    if part := _part_of_day(value, form):
        return part
    if DAYS_OF_MOMENTS.fullmatch(name) or (name == "DATETIME" and 0 < form.width <= WIDEST_DAY_OF_MOMENT):
        return day_text(ORIGIN, value // DAY_SECONDS)
    if DATE.fullmatch(name):
        return day_text(ORIGIN, value)
    if DATETIME.fullmatch(name):
        return _moment(value)
    return clock_text(value) if TIME.fullmatch(name) else _number(value, form)


def _part_of_day(value: float, form: Format) -> str:
    """What is shown of a day where it is not the whole day; empty for every other format."""
    name, width = form.name, form.width
    of_moment = name.startswith(("DT", "NLDATM"))
    short_year_first = name.startswith("YYMMDD") and width > 0
    if MONTHS.fullmatch(name) or (short_year_first and width in (4, 5)):
        return _day(value, of_moment).strftime("%Y-%m")
    if YEARS.fullmatch(name) or (short_year_first and width < 4):
        return _day(value, of_moment).strftime("%Y")
    if QUARTERS.fullmatch(name):
        return _day(value, of_moment).strftime(f"%YQ{_quarter(value, of_moment)}")
    if name in PARTS:
        day = _day(value, of_moment)
        quarter, number = _quarter(value, of_moment), day.timetuple().tm_yday
        # SAS counts weekdays from Sunday.
        return PARTS[name].format(day=day, quarter=quarter, weekday=day.isoweekday() % 7 + 1, number=number)
    family = name.rstrip("BCDNPS") if name != "DATE" else name
    least, pattern = WITHOUT_YEAR.get(family, (0, ""))
    return _day(value, of_moment).strftime(pattern).upper() if 0 < width < least else ""


def _day(value: float, of_moment: bool) -> datetime:
    return ORIGIN + timedelta(days=(value // DAY_SECONDS if of_moment else value // 1))


def _quarter(value: float, of_moment: bool) -> int:
    return (_day(value, of_moment).month + 2) // 3


def _number(value: float, form: Format) -> str:
    if form.name in ("PERCENT", "PERCENTN"):
        return f"{(Decimal(repr(value)) * 100).normalize():f}%"
    if form.name == "Z" and form.width and round(value, form.decimals) == value:
        return f"{value:0{form.width}.{form.decimals}f}"
    if form.name == "SSN" and value.is_integer():
        digits = f"{int(value):09d}"
        return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
    return number_text(value)


def _moment(seconds: float) -> str:
    return moment_text(ORIGIN + timedelta(seconds=seconds))
